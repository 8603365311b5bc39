import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Case, encodeNifti } from '@dualseg/data'
import type { Dataset } from '@dualseg/data/node'
import { lockRun } from '@dualseg/trainer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHROMIUM, launchChromium } from '../../scripts/chromium.mjs'
import { type ServedReport, serveReport } from '../src/report/live/serve-report'
import { makeRun, twentyCases } from './run-files-made'
import { runMain } from './run-main'

let root: string
let served: ServedReport
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-live-'))
  mkdirSync(join(root, 'runs'))
  served = await serve()
})
afterEach(async () => {
  await served.close()
  rmSync(root, { recursive: true, force: true })
})

const serve = () => serveReport(join(root, 'runs'), { port: 0, listed: async () => undefined, volumesOf: async () => volumes() })

const grid = { size: [2, 2, 2] as [number, number, number], spacing: [1, 1, 1] as [number, number, number] }
const label = { ...grid, data: Uint8Array.from([0, 1, 1, 0, 0, 0, 0, 0]) }
const image = { ...grid, data: Float32Array.from({ length: 8 }, (_, i) => i) }

function volumes(): Dataset {
  const ids = ['A#1', 'B', 'CASE00']
  const cases: Case[] = ids.map((id) => ({ id, image, label }))
  return { name: 'la', source: { kind: 'memory', cases }, folds: { train: [], test: [] }, ids } as Dataset
}

/** As a browser asks, or worse. */
function ask(
  path: string,
  options: { host?: string; method?: string } = {},
): Promise<{ status: number; body: string; headers: object }> {
  const { port } = new URL(served.address)
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? {} : { host: options.host }
    request({ port, path, method: options.method ?? 'GET', headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }))
    })
      .on('error', reject)
      .end()
  })
}

const page = async (path = '/') => (await ask(path)).body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

/** A run of 10 iterations, 2 s each, of which so many are done. */
function begun(seed: number, done: number, folder = join(root, 'runs')): { folder: string; finish(): void } {
  const line = (iteration: number) => ({ iteration, rate: 0.1, terms: { ce: 1 }, weights: { ce: 1 }, noted: {}, seconds: 2 })
  const made = makeRun(folder, {
    seed,
    iterations: 10,
    dice: twentyCases(0.8),
    log: Array.from({ length: done }, (_, i) => line(i)),
  })
  const held = ['result.json', 'cases.jsonl'].map((name) => [join(made, name), readFileSync(join(made, name))] as const)
  for (const [path] of held) rmSync(path)
  return {
    folder: made,
    finish() {
      for (let i = done; i < 10; i++) appendFileSync(join(made, 'log.jsonl'), `${JSON.stringify(line(i))}\n`)
      for (const [path, bytes] of held.reverse()) writeFileSync(path, bytes)
    },
  }
}

describe('a served report', () => {
  it('follows runs that begin, go on, end, are damaged and go away', async () => {
    expect(await page()).toContain('0 in work, 0 stopped, 0 finished.')
    const run = begun(1, 4)
    expect(await page()).toContain('0 in work, 1 stopped, 0 finished.')
    const lock = lockRun(run.folder)
    // The line that is being written does not count yet.
    appendFileSync(join(run.folder, 'log.jsonl'), '{"iteration":4,"ra')
    const working = await page('/in-work.html')
    expect(working).toContain('1 in work, 0 stopped, 0 finished. The last of those in work has trained in about 12s.')
    expect(working).toContain(
      `mt fold 0 seed 1, 16 labelled la · half running on ${hostname()} 4/10 0/20 about 12s, then 20 test cases`,
    )
    expect((await ask('/in-work.html')).body).toContain('aria-label="ce over the iterations"')
    truncateSync(join(run.folder, 'log.jsonl'), readFileSync(join(run.folder, 'log.jsonl'), 'utf8').lastIndexOf('\n') + 1)
    run.finish()
    lock.release()
    expect(await page()).toMatch(/0 in work, 0 stopped, 1 finished\..*la · profile half .* Learning curves/)

    const other = makeRun(join(root, 'runs'), { method: 'dualnet', iterations: 10, dice: twentyCases(0.9) })
    appendFileSync(join(other, 'result.json'), '{')
    expect(await page()).toMatch(/Damaged files of runs.*dualnet.*result\.json: .* 1 finished\./)
    rmSync(other, { recursive: true })
    expect(await page()).not.toContain('Damaged files of runs')

    renameSync(join(root, 'runs'), join(root, 'elsewhere'))
    expect(await page()).toMatch(/The runs cannot be read: .*runs is no folder; .* What follows is older\..*la · profile half/)
    renameSync(join(root, 'elsewhere'), join(root, 'runs'))
    expect(await page()).not.toContain('cannot be read')
  })

  it('tells a damaged log of a run in work, and of one that ends between two looks, in words', async () => {
    const { folder, finish } = begun(1, 4)
    writeFileSync(join(folder, 'split.json'), '{')
    expect(await page()).toMatch(/0 in work, 0 stopped, 0 finished\..*split\.json: /)
    finish()
    writeFileSync(join(folder, 'log.jsonl'), 'no log\n')
    expect(await page()).toMatch(/Damaged files of runs.*split\.json: /)
  })

  it('has the same pages as the folder, and the volumes of the cases that are looked at', async () => {
    const folder = makeRun(join(root, 'runs'), { dice: { 'A#1': 1, B: 1 } })
    mkdirSync(join(folder, 'predictions'))
    writeFileSync(join(folder, 'predictions', 'A#1.nii.gz'), gzipSync(encodeNifti(label)))
    // A mask of other figures: said, and not shown.
    writeFileSync(join(folder, 'predictions', 'B.nii.gz'), gzipSync(encodeNifti({ ...label, data: new Uint8Array(8) })))
    const out = join(root, 'report')
    expect((await runMain('report', join(root, 'runs'), '--html', out, '--no-volumes')).code).toBe(0)
    const run = `runs/${folder.slice(-8)}.html`
    for (const file of [run, 'report.md', 'tables.tex', 'summary.csv', 'cases.csv', 'pairs.csv', 'report.json', 'assets/sort.js'])
      expect((await ask(`/${file}`)).body, file).toBe(readFileSync(join(out, file), 'utf8'))

    expect((await ask('/volumes/la/A%231.image.js')).status).toBe(404)
    const one = await ask('/cases/0/A%231.html')
    const { image, predictions } = JSON.parse(/data-setting="([^"]+)"/.exec(one.body)![1]!.replaceAll('&quot;', '"'))
    const script = await ask(`/${image}`)
    expect(script.body).toMatch(/^dualsegVolume\("volumes\/la\/A%231\.image\.js", '/)
    expect(script.headers).toMatchObject({
      'cross-origin-resource-policy': 'same-origin',
      'content-type': 'text/javascript; charset=utf-8',
    })
    expect((await ask(`/${predictions[0].file}`)).status).toBe(200)
    expect(await page('/cases/0/B.html')).toContain('has Dice 0 with the reference, cases.jsonl says 1')
  })

  it('answers nobody who asks under another name, and gives nothing but the report', async () => {
    const run = begun(1, 1)
    expect((await ask('/', { host: 'evil.example' })).status).toBe(403)
    expect((await ask('/', { host: `evil.example:${new URL(served.address).port}` })).status).toBe(403)
    expect((await ask('/', { host: `localhost:${new URL(served.address).port}` })).status).toBe(200)
    expect((await ask('/', { method: 'POST' })).status).toBe(405)
    const below = run.folder.slice(root.length)
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      `${below}/config.json`,
      `/..${below}/config.json`,
      '/assets/../sort.js',
      '/assets/viewer.ts',
      '/%',
      '//evil.example/',
    ])
      expect((await ask(path)).status, path).toBe(404)
  })

  it('says what keeps it from a port or a folder', async () => {
    const { port } = new URL(served.address)
    const taken = await runMain('report', join(root, 'runs'), '--serve', '--port', port)
    expect(taken).toMatchObject({ code: 2, stdout: '' })
    expect(taken.stderr).toContain(`--port ${port}: another program listens there; name another one, or 0 for any that is free`)
    const nowhere = await runMain('report', join(root, 'nowhere'), '--serve')
    expect(nowhere.code).toBe(3)
    expect(nowhere.stderr).toContain('nowhere is no folder')
    for (const [options, words] of [
      [['--port', '80'], '--port is for --serve'],
      [['--serve', '--html', root], '--serve writes nothing; leave --html out'],
      [['--serve', '--format', 'csv'], 'leave --format out'],
      [['--serve', '--port', '99999'], 'not a whole number from 0 to 65535'],
    ] as const) {
      const { code, stderr } = await runMain('report', join(root, 'runs'), ...options)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) })
    }
  })

  it.skipIf(CHROMIUM === undefined)('renews itself in Chromium, what was opened stays open', { timeout: 120_000 }, async () => {
    const run = begun(1, 4)
    lockRun(run.folder)
    const browser = await launchChromium(['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'])
    try {
      const tab = await browser.newPage()
      const complaints: string[] = []
      tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      tab.on('pageerror', (error) => complaints.push(error.message))
      await tab.clock.install()
      await tab.goto(served.address)
      await tab.locator('#in-work summary').first().click()
      begun(2, 1)
      await tab.clock.runFor(5000)
      await tab.getByText('mt fold 0 seed 2, 16 labelled', { exact: true }).first().waitFor()
      expect(await tab.locator('#in-work details[open]').count()).toBe(1)
      run.finish()
      await tab.clock.runFor(5000)
      await tab.getByRole('heading', { name: 'Learning curves' }).waitFor()
      await tab.getByRole('button', { name: 'worst Dice' }).click()
      expect(await tab.locator('th[aria-sort=ascending]').count()).toBe(1)
      const other = await browser.newPage()
      other.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      await other.goto(`${served.address}cases/0/CASE00.html`)
      await other.waitForSelector('.viewer[data-state=shown]')
      expect(complaints).toEqual([])
      await served.close()
      await tab.clock.runFor(5000)
      await tab.getByText('The server does not answer any more').waitFor()
    } finally {
      await browser.close()
    }
    served = await serve()
  })
})
