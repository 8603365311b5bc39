import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { splitFold } from '@dualseg/data'
import { CaseStore, laDataset, readImage, writeNifti } from '@dualseg/data/node'
import { COMMON_PROTOCOL, methodNamed, resolveSettings, storeData, trainRun } from '@dualseg/trainer'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openEngine } from '../src/engines/open-engine'
import { PROFILES } from '../src/grid/profiles'
import { type MiniatureProject, miniatureProject } from './miniature-project'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

/** Debian's and Ubuntu's places, or the one that the variable names. */
const CHROMIUM = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)
/** WebGL without a graphics card. */
const GRAPHICS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist']

let root: string
let project: MiniatureProject
let out: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-report-'))
  project = await miniatureProject()
  place.projectRoot = project.root
  await trainGrid(join(root, 'runs'))
  out = join(root, 'out folder')
  const { code, stderr } = await report(out)
  expect(code, stderr).toBe(0)
}, 300_000)
afterAll(() => {
  project?.remove()
  rmSync(root, { recursive: true, force: true })
})

const report = (folder: string) => runMain('report', join(root, 'runs'), '--html', folder, '--data', project.volumes)

/** Real runs, as short as they can be: two methods, two seeds, the four test cases of fold 0, with their predictions. */
async function trainGrid(runs: string): Promise<void> {
  const dataset = await laDataset(join(project.root, 'datasets', 'la'), project.volumes)
  const engine = await openEngine('wasm', { threads: 1 })
  const profile = {
    ...PROFILES.quick,
    name: 'quick-4',
    reduce: 1,
    patch: [16, 16, 16] as const,
    stride: [8, 8, 8] as const,
    filters: 2,
    iterations: 4,
    rampEvery: 1,
  }
  const split = splitFold(dataset.folds, 0, 4)
  const few = { ...split, unlabelled: split.unlabelled.slice(0, 4) }
  const store = new CaseStore(dataset.source)
  await store.load(few)
  for (const name of ['supervised', 'mt']) {
    const method = methodNamed(name)
    for (const seed of [1, 2]) {
      await trainRun({
        method,
        settings: resolveSettings(method, profile, COMMON_PROTOCOL),
        fold: 0,
        seed,
        labelledCases: 4,
        data: storeData(store, few),
        dataIdentity: { dataset: 'la', listsSha256: 'lists', volumesSha256: 'volumes' },
        engine: engine.identity,
        runs,
        savePredictions: true,
      })
    }
  }
}

describe.skipIf(CHROMIUM === undefined)('the report in Chromium (`apt-get install chromium`, or CHROMIUM_PATH)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: GRAPHICS })
  })
  afterAll(() => browser?.close())

  /** A page from the disk; `complaints` gathers errors, warnings and what could not be loaded. */
  async function open(file: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(request.url()))
    page.on(
      'request',
      (request) => /^(file|data|blob):/.test(request.url()) || complaints.push(`leaves the disk: ${request.url()}`),
    )
    await page.goto(pathToFileURL(join(out, file)).href)
    return { page, complaints }
  }

  it('opens from the disk, with tables, figures, words, and nothing to complain about', async () => {
    const { page, complaints } = await open('index.html')
    expect(await page.textContent('h2')).toMatch(
      /^la · profile quick-4 · protocol common · 4 labelled · fold 0 · seed 1,2 · wasm, cpu$/,
    )
    expect(await page.textContent('.cautions')).toContain('One set of labelled cases cannot separate methods')
    expect(await page.textContent('.verdicts')).toMatch(/supervised minus mt: .*not separable\./)
    // Two methods: a box, a difference and a rank plot of each of four measures; three and four terms with two lines each.
    expect(await page.locator('figure svg').count()).toBe(12)
    const panels = await page.locator('.panels').nth(1).locator('svg').all()
    expect(panels.length).toBeGreaterThanOrEqual(3)
    for (const panel of panels) expect(await panel.locator('[aria-label=line] path').count()).toBe(2)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('sorts a column up and down by its figures', async () => {
    const { page, complaints } = await open('index.html')
    const cases = page.locator('h3:text("Cases") + div table')
    const head = cases.locator('th', { hasText: 'supervised: Dice' })
    const column = (await cases.locator('th').allTextContents()).indexOf('supervised: Dice')
    const figures = async () => (await cases.locator(`tbody td:nth-child(${column + 1})`).allTextContents()).map(Number)
    await head.locator('button').click()
    const up = await figures()
    expect(up).toEqual([...up].sort((a, b) => a - b))
    expect(new Set(up).size).toBeGreaterThan(1)
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    await head.locator('button').click()
    expect(await figures()).toEqual([...up].reverse())
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('leads from a case to its volumes, and the viewer shows image, reference and prediction', { timeout: 180_000 }, async () => {
    const { page, complaints } = await open('index.html')
    await page.locator('a[href^="cases/"]').first().click()
    expect(await page.textContent('h1')).toBe(project.testIds[0])
    await page.waitForSelector('.viewer[data-state=shown]', { timeout: 120_000 })
    // Grey voxels of the image, green of the reference, red of the prediction, once each is alone.
    const seen = async (show: { reference: boolean; prediction: boolean }) => {
      for (const [name, isShown] of Object.entries(show)) await page.locator(`input[name=${name}]`).setChecked(isShown)
      return coloursOf(await page.locator('.stage').screenshot(), page)
    }
    const image = await seen({ reference: false, prediction: false })
    expect(image.grey).toBeGreaterThan(1000)
    expect(image.green).toBe(0)
    expect((await seen({ reference: true, prediction: false })).green).toBeGreaterThan(200)
    const options = await page.locator('.viewer option').allTextContents()
    expect(options).toEqual([
      'supervised, fold 0, seed 1',
      'supervised, fold 0, seed 2',
      'mt, fold 0, seed 1',
      'mt, fold 0, seed 2',
    ])
    // The crosshair is red too; a run that found something adds to it.
    const dice = (await page.locator('tbody tr').allTextContents()).map((row) => Number(/0\.\d{3}/.exec(row)?.[0]))
    const best = dice.indexOf(Math.max(...dice))
    await page.locator('.viewer select').selectOption({ index: best })
    await page.waitForSelector('.viewer[data-state=shown]')
    expect((await seen({ reference: false, prediction: true })).red).toBeGreaterThan(image.red + 200)
    expect(complaints).toEqual([])
    await page.locator('td a').first().click()
    expect(await page.textContent('h1')).toMatch(/, fold 0, seed \d$/)
    expect(await page.textContent('main')).toContain('"started"')
    expect(complaints).toEqual([])
    await page.close()
  })
})

it('is the same to the byte when it is made again', async () => {
  const again = join(root, 'again')
  expect((await report(again)).code).toBe(0)
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).sort()
  expect(readdirSync(again, { recursive: true, encoding: 'utf8' }).sort()).toEqual(files)
  for (const file of files.filter((name) => /\.\w+$/.test(name))) {
    expect(readFileSync(join(again, file)).equals(readFileSync(join(out, file))), file).toBe(true)
  }
})

it('shows no mask beside figures that it did not get', async () => {
  const file = readdirSync(join(root, 'runs'), { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`${project.testIds[0]}.nii.gz`),
  )!
  const path = join(root, 'runs', file)
  const before = readFileSync(path)
  try {
    const { data, ...grid } = await readImage(path)
    await writeNifti(path, { ...grid, data: Uint8Array.from(data, (voxel) => (voxel > 0 ? 0 : 1)) })
    const { code, stderr } = await report(join(root, 'never'))
    expect(code).toBe(3)
    expect(stderr).toMatch(/predictions\/.*\.nii\.gz has Dice .* with the reference, cases\.jsonl says /)
    expect(existsSync(join(root, 'never'))).toBe(false)
  } finally {
    writeFileSync(path, before)
  }
})

/** Pixels of a picture by colour, counted in the page. */
async function coloursOf(png: Buffer, page: Page): Promise<{ grey: number; green: number; red: number }> {
  return page.evaluate(
    async (source) => {
      const image = new Image()
      image.src = source
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      const counts = { grey: 0, green: 0, red: 0 }
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!]
        if (g > r + 30 && g > b + 30) counts.green++
        else if (r > g + 30 && r > b + 30) counts.red++
        else if (r > 40 && Math.abs(r - g) < 8 && Math.abs(g - b) < 8) counts.grey++
      }
      return counts
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
}
