import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Fold, Preparation } from '@dualseg/data'
import { CaseStore, readImage } from '@dualseg/data/node'
import { COMMON_PROTOCOL, methodNamed, resolveSettings, storeData, trainRun } from '@dualseg/trainer'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dicomFile } from '../../packages/data/test/dicom-file'
import { projectRoot } from '../src/data/project-root'
import { openEngine } from '../src/engines/open-engine'
import { PROFILES } from '../src/grid/profiles'
import { runMain } from './run-main'

/** Debian's and Ubuntu's places, or the one that the variable names. */
const CHROMIUM = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)
/** WebGL without a graphics card. */
const GRAPHICS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist']
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
const PATIENCE = 120_000

const VOLUMES = join(projectRoot, 'datasets', 'hippocampus', 'volumes')
const CLASSES = [
  { name: 'anterior', values: [1] },
  { name: 'posterior', values: [2] },
]
const PREPARATION: Preparation = {
  modality: 'MR',
  spacing: [1, 1, 1],
  axes: 'LPS',
  intensity: { kind: 'standardise' },
  crop: 'none',
}

let root: string
let run: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-page-'))
  run = await trainOnHippocampus(join(root, 'runs'))
}, 300_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A real run on real scans, as short as one can be that finds something. */
async function trainOnHippocampus(runs: string): Promise<string> {
  const ids = readdirSync(join(VOLUMES, 'imagesTr'))
    .map((name) => name.replace('.nii.gz', ''))
    .sort()
  const fold: Fold = { fold: 0, labelled: ids.slice(0, 2), unlabelled: [], test: ids.slice(2, 3) }
  const store = new CaseStore({
    kind: 'files',
    root: VOLUMES,
    image: 'imagesTr/{case}.nii.gz',
    label: 'labelsTr/{case}.nii.gz',
    classes: CLASSES,
    intensity: PREPARATION.intensity,
  })
  await store.load(fold)
  const engine = await openEngine('wasm', { threads: 1 })
  const method = methodNamed('supervised')
  const profile = {
    ...PROFILES.quick,
    name: 'page',
    reduce: 1,
    patch: [16, 16, 16] as const,
    stride: [8, 8, 8] as const,
    filters: 2,
    iterations: 30,
    rampEvery: 1,
  }
  const { folder } = await trainRun({
    method,
    settings: resolveSettings(method, profile, COMMON_PROTOCOL, { classNames: CLASSES.map(({ name }) => name) }),
    fold: 0,
    seed: 1,
    labelledCases: 2,
    data: storeData(store, fold),
    dataIdentity: { dataset: 'hippocampus', listsSha256: 'lists', volumesSha256: 'volumes' },
    preparation: PREPARATION,
    classes: CLASSES,
    engine: engine.identity,
    runs,
  })
  return folder
}

describe('bench page', () => {
  it('writes a folder, and says what it is; replaces it where it is asked to, and nothing else', async () => {
    const out = join(root, 'written')
    const first = await runMain('page', '--run', run, '--out', out, '--json')
    expect(first.code, first.stderr).toBe(0)
    const { bytes, files, weights } = JSON.parse(first.stdout)
    expect(weights).toBe('float32')
    expect(files.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['about.json', 'index.html', 'model/0-vnet.safetensors', 'model/model.json', 'page.js']),
    )
    expect(bytes).toBe(files.reduce((sum: number, file: { bytes: number }) => sum + file.bytes, 0))
    const about = JSON.parse(readFileSync(join(out, 'about.json'), 'utf8'))
    expect(about.title).toBe('Segment anterior and posterior')
    expect(about.sentences[1]).toMatch(
      /^Its test, fold 0, 2 labelled cases: mean Dice [\d.]+ \(anterior\), [\d.]+ \(posterior\) on 1 cases\.$/,
    )
    const again = await runMain('page', '--run', run, '--out', out)
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('a page is there already; --overwrite replaces it') })
    const half = await runMain('page', '--run', run, '--out', out, '--float16', '--overwrite', '--json')
    expect(half.code, half.stderr).toBe(0)
    expect(JSON.parse(half.stdout)).toMatchObject({ weights: 'float16' })
    expect(JSON.parse(half.stdout).bytes).toBeLessThan(bytes)
    const foreign = await runMain('page', '--run', run, '--out', root, '--overwrite')
    expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining('something else lies there') })
  })
})

describe.skipIf(CHROMIUM === undefined)('the page in Chromium (`apt-get install chromium`, or CHROMIUM_PATH)', () => {
  let browser: Browser
  let isolated: Server
  let plain: Server
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: GRAPHICS })
    const { code, stderr } = await runMain('page', '--run', run, '--out', join(root, 'site', 'sub', 'page'))
    expect(code, stderr).toBe(0)
    isolated = await serve(join(root, 'site'), ISOLATED)
    plain = await serve(join(root, 'site'))
  }, PATIENCE)
  afterAll(async () => {
    await browser?.close()
    isolated?.close()
    plain?.close()
  })

  const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/sub/page/`

  /** `complaints` gathers errors, what could not be loaded, what went elsewhere, and whatever had something to send. */
  async function open(server: Server, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    context.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
    context.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(addressOf(server)) && !/^(data|blob):/.test(url)) complaints.push(`leaves: ${url}`)
      if (request.method() !== 'GET' || request.postData() !== null || url.includes('?')) complaints.push(`sends: ${url}`)
    })
    await page.goto(addressOf(server))
    await page.waitForSelector('body[data-state=ready]', { timeout: PATIENCE })
    return { page, complaints }
  }

  const scan = join(VOLUMES, 'imagesTr', 'hippocampus_004.nii.gz')

  async function segmented(page: Page, file: string, chooser = 'Image file'): Promise<Buffer> {
    await page.getByLabel(chooser).setInputFiles(file)
    await page.waitForSelector('body[data-state=done]', { timeout: PATIENCE })
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('result-title')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Download the mask').click()])
    expect(download.suggestedFilename()).toBe(`${basename(file, '.nii.gz')}-label.nii.gz`)
    return gunzipSync(readFileSync(await download.path()))
  }

  it('gives the voxels of bench predict, on threads, and sends nothing', { timeout: 2 * PATIENCE }, async () => {
    const { page, complaints } = await open(isolated)
    expect(await page.textContent('#status')).toMatch(/^Ready: cpu, WebAssembly SIMD, \d+ threads?$/)
    const mask = await segmented(page, scan)
    const predicted = await runMain('predict', scan, '--run', run, '--out', join(root, 'predicted'), '--engine', 'wasm', '--json')
    expect(predicted.code, predicted.stderr).toBe(0)
    const expected = gunzipSync(readFileSync(join(root, 'predicted', 'hippocampus_004-label.nii.gz')))
    // Voxels and header: its place, and the run that it says it is of.
    expect(mask.equals(expected)).toBe(true)
    const [{ classes }] = JSON.parse(predicted.stdout).images
    const rows = await page.locator('#classes tr').allInnerTexts()
    expect(rows.map((row) => Number(row.split('\t').at(-1)))).toEqual(classes.map(({ voxels }: { voxels: number }) => voxels))
    expect(Math.max(...classes.map(({ voxels }: { voxels: number }) => voxels))).toBeGreaterThan(0)
    await page.waitForSelector('body[data-shown=yes]')
    const series = await dicomSeries(join(root, 'series'))
    const ofSeries = await segmented(page, series, 'DICOM folder')
    const again = await runMain('predict', series, '--run', run, '--out', join(root, 'predicted'), '--engine', 'wasm')
    expect(again.code, again.stderr).toBe(0)
    expect(ofSeries.equals(gunzipSync(readFileSync(join(root, 'predicted', 'series-label.nii.gz'))))).toBe(true)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('computes the same on one thread where the page is not isolated, and says so; refuses what is no scan in words', {
    timeout: PATIENCE,
  }, async () => {
    const { page, complaints } = await open(plain, { colorScheme: 'dark', viewport: { width: 380, height: 760 } })
    expect(await page.textContent('#status')).toContain('1 thread · one thread: this page or process has no shared memory')
    await page.getByLabel('Image file').setInputFiles(join(VOLUMES, 'labelsTr', 'hippocampus_004.nii.gz'))
    await page.waitForSelector('body[data-state=failed]')
    expect(await page.getByRole('alert').textContent()).toMatch(
      /^this image is unlike the training images: it has 3 different values/,
    )
    const mask = await segmented(page, scan)
    const expected = gunzipSync(readFileSync(join(root, 'predicted', 'hippocampus_004-label.nii.gz')))
    expect(mask.equals(expected)).toBe(true)
    // Nothing is wider than a phone.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

/** The scan as slices in a folder, named against their order. */
async function dicomSeries(folder: string): Promise<string> {
  const { data, size } = await readImage(join(VOLUMES, 'imagesTr', 'hippocampus_004.nii.gz'))
  const [columns, rows, slices] = size
  mkdirSync(folder)
  for (let z = 0; z < slices; z++) {
    const pixels = Int16Array.from(data.subarray(z * rows * columns, (z + 1) * rows * columns))
    writeFileSync(join(folder, `IM${slices - z}`), dicomFile({ pixels, rows, columns, position: [-5, 7, z] }))
  }
  return folder
}

/** Serves a folder as any static host does. */
async function serve(folder: string, headers: Readonly<Record<string, string>> = {}): Promise<Server> {
  const server = createServer(({ url }, reply) => {
    const path = join(folder, decodeURIComponent(new URL(url!, 'http://localhost').pathname))
    const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'index.html') : path
    if (!existsSync(file)) return reply.writeHead(404).end()
    reply
      .writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers })
      .end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
