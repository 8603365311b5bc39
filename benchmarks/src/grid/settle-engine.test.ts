import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineIdentity } from '@dualseg/trainer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeRun } from '../../test/run-files-made'
import { settleEngine } from './settle-engine'

const WASM: EngineIdentity = { name: 'wasm', device: 'cpu', precision: 'float32', numerics: 'fast', revision: 2 }
const TENSORFLOW: EngineIdentity = { ...WASM, name: 'tensorflow', numerics: 'strict', library: 'TensorFlow 2.21.0', threads: 3 }

let folder: string
let file: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'settle-engine-')), 'la', 'quick')
  file = join(folder, 'engine.json')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(join(folder, '..', '..'), { recursive: true })
})

it('decides once and keeps what it decided, on the device and with the threads it began with', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'tensorflow')
  const first = await settleEngine('auto', {}, folder)
  expect(first).toMatchObject({ name: 'tensorflow', options: {}, reasons: ['tensorflow: DUALSEG_ENGINE names it'] })
  expect(existsSync(file)).toBe(false)
  expect(first.remember(TENSORFLOW)).toBeUndefined()

  vi.stubEnv('DUALSEG_ENGINE', 'wasm')
  const again = await settleEngine('auto', {}, folder)
  expect(again).toMatchObject({ name: 'tensorflow', options: { threads: 3, device: 'cpu' } })
  expect(again.reasons).toEqual([expect.stringContaining("tensorflow: this grid's engine since 2")])
  expect(again.remember(TENSORFLOW)).toBeUndefined()
})

it('says so where the engine computes other bits than it did', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'tensorflow')
  ;(await settleEngine('auto', {}, folder)).remember(TENSORFLOW)
  const said = (await settleEngine('auto', {}, folder)).remember({ ...TENSORFLOW, library: 'TensorFlow 2.22.0' })
  expect(said).toContain('begin anew beside the old ones: library TensorFlow 2.21.0, now TensorFlow 2.22.0.')
})

it('decides anew for other options, and keeps both', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'wasm')
  ;(await settleEngine('auto', { numerics: 'fast' }, folder)).remember(WASM)
  ;(await settleEngine('auto', { numerics: 'strict' }, folder)).remember({ ...WASM, numerics: 'strict' })
  expect(JSON.parse(readFileSync(file, 'utf8')).engines).toHaveLength(2)
})

it('takes a named engine always, and goes on with it when none is named', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'wasm')
  ;(await settleEngine('cpu', {}, folder)).remember({ ...WASM, name: 'cpu' })
  expect((await settleEngine('auto', {}, folder)).name).toBe('cpu')
  const named = await settleEngine('wasm', {}, folder)
  expect(named.name).toBe('wasm')
  named.remember(WASM)
  expect((await settleEngine('auto', {}, folder)).name).toBe('cpu')
})

it('refuses an engine that does not exist', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'cuda')
  await expect(settleEngine('auto', {}, folder)).rejects.toMatchObject({ code: 'DUALSEG_USAGE' })
})

describe('a damaged file', () => {
  const DAMAGES: readonly (readonly [string, () => void])[] = [
    ['half', () => writeFileSync(file, '[{"name":')],
    ['empty', () => writeFileSync(file, '')],
    ['null', () => writeFileSync(file, 'null')],
    ['binary', () => writeFileSync(file, Uint8Array.of(0xff, 0xfe, 0))],
    ['a folder', () => void mkdirSync(file)],
  ]

  it.each(DAMAGES)('(%s) is said in one line, set aside and written anew', async (_what, damage) => {
    vi.stubEnv('DUALSEG_ENGINE', 'wasm')
    mkdirSync(folder, { recursive: true })
    damage()
    const settled = await settleEngine('auto', {}, folder)
    expect(settled.reasons).toEqual([
      expect.stringMatching(/engine\.json: it .*; no result needs it, so a new one is written$|engine\.json: the whole: /),
      'wasm: DUALSEG_ENGINE names it',
    ])
    settled.remember(WASM)
    expect(existsSync(`${file}.damaged`)).toBe(true)
    expect((await settleEngine('auto', {}, folder)).reasons).toEqual([expect.stringContaining("wasm: this grid's engine since")])
  })

  it('leaves the grid the engine that its runs began with', async () => {
    vi.stubEnv('DUALSEG_ENGINE', 'tensorflow')
    makeRun(join(folder, '..', '..'), { profile: 'quick', dice: { A: 0.5 } })
    writeFileSync(file, '[]x')
    expect(await settleEngine('auto', { device: 'auto' }, folder)).toMatchObject({
      name: 'wasm',
      options: { numerics: 'fast', relaxedSimd: false },
      reasons: [expect.stringContaining('engine.json: it is not JSON'), 'wasm: the engine of the runs that are there'],
    })
  })
})
