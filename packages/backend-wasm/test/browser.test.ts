import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { train } from '../../kernels/test/tiny-training'
import { BACKEND_NAME, openBackend } from '../src/index'
import { serveStep } from './browser/serve-step'
import type { StepInPage } from './browser/step-in-page'

/** Debian's and Ubuntu's places, or the one that the variable names. */
const CHROMIUM = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)

describe.skipIf(CHROMIUM === undefined)('a training step in Chromium (`apt-get install chromium`, or CHROMIUM_PATH)', () => {
  let folder: string
  let browser: Browser
  let expected: number[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dualseg-browser-'))
    await build({
      config: false,
      silent: true,
      entry: { step: fileURLToPath(new URL('browser/step-in-page.ts', import.meta.url)) },
      outDir: folder,
      format: 'esm',
      outExtension: () => ({ js: '.js' }),
      platform: 'browser',
      target: 'es2022',
      splitting: false,
      noExternal: [/./],
      esbuildOptions: (options) => {
        options.conditions = ['@dualseg/source']
      },
    })
    await openBackend({ threads: 1, relaxedSimd: false })
    expected = train(3).losses
    tf.removeBackend(BACKEND_NAME)
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] })
  })

  afterAll(async () => {
    await browser?.close()
    if (folder) await rm(folder, { recursive: true })
  })

  async function stepIn(place: 'page' | 'worker', isolated: boolean): Promise<StepInPage> {
    const { server, url } = await serveStep(join(folder, 'step.js'), isolated)
    try {
      const page = await browser.newPage()
      await page.goto(url)
      const result = await page.evaluate(async (where) => {
        if (where === 'page') return await (globalThis as unknown as { trainHere(): Promise<unknown> }).trainHere()
        const worker = new Worker('/step.js', { type: 'module' })
        return await new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'))
        })
      }, place)
      await page.close()
      expect(result).not.toHaveProperty('error')
      return result as StepInPage
    } finally {
      server.close()
    }
  }

  it.each(['page', 'worker'] as const)(
    'runs on two threads in a cross-origin isolated %s, with the bits of Node',
    async (place) => {
      const { ownLosses, ...step } = await stepIn(place, true)
      expect(step).toMatchObject({ isolated: true, threads: 2, losses: expected })
      expect(step.notes.filter((note) => !note.startsWith('relaxed SIMD'))).toEqual([])
      ownLosses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[i]!, 5)
      })
    },
  )

  it.each(['page', 'worker'] as const)('runs on one thread in a %s that is not isolated, and says why', async (place) => {
    const step = await stepIn(place, false)
    expect(step).toMatchObject({ isolated: false, threads: 1, losses: expected })
    expect(step.notes.join('\n')).toContain('cross-origin isolation')
  })
})
