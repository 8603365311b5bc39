import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Case, encodeNifti } from '@dualseg/data'
import type { Dataset } from '@dualseg/data/node'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { CHROMIUM, launchChromium } from '../../scripts/chromium.mjs'
import { findRuns } from '../src/report/find-runs'
import { makeReport } from '../src/report/report'
import { writeReport } from '../src/report/write-report'
import { makeRun } from './run-files-made'

const IDS = ['Pat#1', '100% #1?a=b', '%23', 'O\'Neil & <b>"x"', 'ünï cødé', 'a:b', "');alert(1);("]

/** All of a page's addresses, those of its viewer too, as files. */
function filesOf(page: string): { linked: string[]; scripts: string[] } {
  const { document } = parseHTML(readFileSync(page, 'utf8'))
  const from = (address: string) => fileURLToPath(new URL(address.replace(/#.*/, ''), pathToFileURL(page)))
  const own = [...document.querySelectorAll('[href], [src]')]
    .map((element) => element.getAttribute('href') ?? element.getAttribute('src')!)
    .filter((address) => !/^(data:|#)/.test(address))
  const setting = document.querySelector('.viewer')?.getAttribute('data-setting')
  if (setting == null) return { linked: own.map(from), scripts: [] }
  const { root, image, reference, predictions } = JSON.parse(setting)
  const scripts = [image, reference, ...predictions.map(({ file }: { file: string }) => file)]
  for (const script of scripts) expect(handedOver(from(`${root}${script}`))).toBe(script)
  return { linked: own.map(from), scripts: scripts.map((script) => from(`${root}${script}`)) }
}

/** The name under which a volume's script hands it over, which the viewer waits for. */
function handedOver(script: string): unknown {
  let name: unknown
  new Function('dualsegVolume', readFileSync(script, 'utf8'))((given: string) => {
    name = given
  })
  return name
}

let root: string
let out: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-addresses-'))
  const grid = { size: [2, 2, 2] as [number, number, number], spacing: [1, 1, 1] as [number, number, number] }
  const label = { ...grid, data: Uint8Array.from([0, 1, 1, 0, 0, 0, 0, 0]) }
  const image = { ...grid, data: Float32Array.from({ length: 8 }, (_, i) => i) }
  const cases: Case[] = IDS.map((id) => ({ id, image, label }))
  for (const method of ['mt', 'dualnet']) {
    const folder = makeRun(join(root, 'runs'), { method, dice: Object.fromEntries(IDS.map((id) => [id, 1])) })
    mkdirSync(join(folder, 'predictions'))
    for (const id of IDS) writeFileSync(join(folder, 'predictions', `${id}.nii.gz`), gzipSync(encodeNifti(label)))
  }
  out = join(root, 'report #1 100%')
  const dataset = { name: 'la #1', source: { kind: 'memory', cases }, folds: { train: [], test: [] }, ids: IDS } as Dataset
  const report = await makeReport(findRuns(join(root, 'runs')), async () => undefined)
  await writeReport(report, out, { volumesOf: async () => dataset })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a report of cases with odd names', () => {
  it('has addresses that lead to its own files, whatever cases are called', () => {
    const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
    expect(pages).toHaveLength(1 + 2 + IDS.length)
    const found = pages.map((page) => filesOf(join(out, page)))
    for (const file of found.flatMap(({ linked }) => linked)) expect(existsSync(file), file).toBe(true)
    const linked = new Set(found.flatMap((page) => page.linked))
    for (const id of IDS) expect(linked).toContain(join(out, 'cases', '0', `${id}.html`))
    // Image, reference and two predictions of every case.
    expect(new Set(found.flatMap(({ scripts }) => scripts)).size).toBe(4 * IDS.length)
  })

  it.skipIf(CHROMIUM === undefined)(
    'leads to them in Chromium too, and its viewers show the volumes',
    { timeout: 180_000 },
    async () => {
      const browser = await launchChromium(['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'])
      onTestFinished(() => browser.close())
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('requestfailed', (request) => complaints.push(request.url()))
      for (const id of IDS) {
        await page.goto(pathToFileURL(join(out, 'index.html')).href)
        await page.locator('td').getByText(id, { exact: true }).first().click()
        expect(await page.textContent('h1')).toBe(id)
        await page.waitForSelector('.viewer[data-state=shown]', { timeout: 60_000 })
        expect({ id, complaints }).toEqual({ id, complaints: [] })
      }
    },
  )
})
