import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { visibleNames } from '@dualseg/data/node'
import { mean } from 'simple-statistics'
import { expect, it, onTestFinished } from 'vitest'
import { projectRoot } from '../src/data/project-root'
import { madeFrom } from '../src/published/made-blocks'
import { drawnFigures, publishedFiles } from '../src/published/publish'
import { scoreText } from '../src/report/cells'
import { findRuns } from '../src/report/find-runs'
import { locateLists } from '../src/report/locate-lists'
import { readTerms } from '../src/report/logged-terms'
import { MEASURES } from '../src/report/measures'
import { makeReport } from '../src/report/report'
import { makeRun } from './run-files-made'
import { runMain } from './run-main'

const RESULTS = join(projectRoot, 'benchmarks', 'results')
const README = readFileSync(join(projectRoot, 'README.md'), 'utf8').replaceAll(' (ours)', '')

it('docs/results is what the stored runs give (node benchmarks/dist/publish-results.js writes it)', async () => {
  const files = await publishedFiles()
  expect([...files.keys()].length).toBeGreaterThanOrEqual(1)
  for (const [path, text] of files) expect(readFileSync(path, 'utf8'), path).toBe(text)
  expect(drawnFigures().filter((path) => !files.has(path))).toEqual([])
})

it('every stored run is on a page', () => {
  const pages = visibleNames(join(projectRoot, 'docs/results')).filter((name) => name.endsWith('.md'))
  const shown = pages.flatMap((name) => madeFrom(readFileSync(join(projectRoot, 'docs/results', name), 'utf8')))
  const stored = findRuns(RESULTS).finished.map(({ folder }) => relative(projectRoot, folder).split(sep).slice(0, 4).join('/'))
  expect([...new Set(stored)].sort()).toEqual(shown.sort())
})

it("every row of figures in the README is a stored run's", async () => {
  const { comparisons } = await makeReport(findRuns(RESULTS), locateLists)
  const rows = comparisons
    .flatMap((one) => one.rows)
    .map((row) => {
      const cells = [row.arm.name, ...MEASURES.map((measure) => scoreText(row, measure)), row.measures.dice.median.toFixed(3)]
      return `| ${cells.join(' | ')} | ${row.emptyPredictions}/${row.predictions} |`
    })
  const published = README.split('\n').filter((line) => /^\| .* ± /.test(line))
  expect(published.length).toBeGreaterThanOrEqual(3)
  for (const line of published)
    expect(
      rows.some((row) => line.startsWith(row)),
      line,
    ).toBe(true)
})

it('nor what it says of their cases', async () => {
  const { comparisons } = await makeReport(findRuns(RESULTS), locateLists)
  const rows = comparisons.flatMap((one) => one.rows)
  const dice = ['supervised', 'mt', 'dualnet'].map((name) => {
    const [run] = rows.find(({ arm }) => arm.name === name)!.arm.runs
    return new Map(run!.cases.map((one) => [one.id, one.dice]))
  })
  const [worst] = [...dice[0]!].sort((a, b) => a[1] - b[1])[0]!
  const on = dice.map((of) => of.get(worst)!.toFixed(2))
  const others = dice.map((of) => mean([...of].filter(([id]) => id !== worst).map(([, value]) => value)).toFixed(3))
  const text = README.replaceAll('\n', ' ')
  expect(text).toContain(`supervised and MT reach ${on[0]} and ${on[1]}, DualNet ${on[2]}.`)
  expect(text).toContain(`On the other nineteen their means are ${others[0]}, ${others[1]} and ${others[2]}.`)
})

it('and its pages with their curves', async () => {
  const out = mkdtempSync(join(tmpdir(), 'dualseg-published-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const { code, stderr } = await runMain('report', RESULTS, '--html', join(out, 'report'), '--no-volumes')
  expect({ code }, stderr).toEqual({ code: 0 })
  const page = readFileSync(join(out, 'report', 'index.html'), 'utf8')
  for (const term of ['ce', 'dice', 'consistency']) expect(page).toContain(`aria-label="${term} over the iterations"`)
  expect(page).not.toContain('kept without its log')
})

it('reads the means that are kept of a log, with what weights they had where that is kept, as it reads the log', () => {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-terms-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = makeRun(root, { iterations: 4, dice: { A: 0.5 } })
  const run = { folder, config: findRuns(root).finished[0]!.config }
  // As made: ce from 1 down by quarters, share a number but in the first iteration.
  expect(readTerms(run)).toEqual([
    { term: 'ce', points: [1, 0.75, 0.5, 0.25].map((value, iteration) => ({ iteration, value })), weight: [0.5, 0.5] },
    { term: 'share', points: [Number.NaN, 0.5, 0.5, 0.5].map((value, iteration) => ({ iteration, value })), weight: 'none' },
  ])
  rmSync(join(folder, 'log.jsonl'))
  expect(readTerms(run)).toBeUndefined()
  const means = [
    { upTo: 1, ce: 0.875, share: null },
    { upTo: 3, ce: 0.375, share: 0.5 },
  ]
  const keep = (summary: object) => writeFileSync(join(folder, 'log-summary.json'), JSON.stringify(summary))
  const points = (a: number, b: number) => [{ iteration: 0.5, value: a }, { iteration: 2.5, value: b }] // biome-ignore format: one table
  keep({ iterations: 4, means })
  expect(readTerms(run)).toEqual([
    { term: 'ce', points: points(0.875, 0.375), weight: 'unknown' },
    { term: 'share', points: points(Number.NaN, 0.5), weight: 'unknown' },
  ])
  keep({ iterations: 4, weights: { ce: [0, 0.5] }, means })
  expect(readTerms(run)!.map(({ weight }) => weight)).toEqual([[0, 0.5], 'none'])
  keep({ iterations: 5, means })
  expect(() => readTerms(run)).toThrow(/log-summary\.json: it is of 5 iterations, the run of 4/)
})
