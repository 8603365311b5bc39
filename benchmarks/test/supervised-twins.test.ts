import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { summaryCsv } from '../src/report/csv'
import { findRuns } from '../src/report/find-runs'
import { reportJson } from '../src/report/json'
import { latex } from '../src/report/latex'
import { locateLists } from '../src/report/locate-lists'
import { markdown } from '../src/report/markdown'
import { indexPage } from '../src/report/pages/index-page'
import { makeReport } from '../src/report/report'
import { makeRun } from './run-files-made'
import { runMain } from './run-main'

/** The method is ahead of its twin by these, seed by seed, in both cases. */
const GAINS = [0.03, 0.04, 0.05]
const ONLY_LABELLED = { batch: { labelled: 2, unlabelled: 0 } }

function runsWithTwins(): string {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-twins-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [index, gain] of GAINS.entries()) {
    const made = (method: string, dice: number, settings: object = {}) =>
      makeRun(root, { method, seed: index + 1, settings, dice: { A: dice, B: dice + 0.1 } })
    made('supervised', 0.6, { batch: { labelled: 4, unlabelled: 0 } })
    made('mt', 0.6 + gain)
    made('ua-mt', 0.6 - gain)
    made('mt-twin', 0.6, ONLY_LABELLED)
    made('mcf', 0.8)
    made('mcf-twin', 0.8 + gain, ONLY_LABELLED)
  }
  return root
}

it('shows for every method what the unlabelled scans added, in every form of the report', async () => {
  const report = await makeReport(findRuns(runsWithTwins()), locateLists)
  const { rows, verdicts, unlabelled } = report.comparisons[0]!
  expect(rows.map(({ arm }) => arm.name)).toEqual(['supervised', 'mt', 'mt-twin', 'ua-mt', 'mcf', 'mcf-twin'])
  // Six pairs of four methods, and three of a method and its twin.
  expect(verdicts.dice.map(({ a, b }) => `${a.name} ${b.name}`)).toEqual([
    ...['supervised mt', 'supervised ua-mt', 'supervised mcf', 'mt mt-twin', 'mt ua-mt', 'mt mcf', 'mt-twin ua-mt', 'ua-mt mcf'],
    'mcf mcf-twin',
  ])
  expect(unlabelled.map(({ arm, twin }) => [arm.name, twin.name])).toEqual([
    ['mt', 'mt-twin'],
    ['ua-mt', 'mt-twin'],
    ['mcf', 'mcf-twin'],
  ])
  const [mt, uaMt] = unlabelled
  expect(mt!.measures.dice.own).toBeCloseTo(0.69, 12)
  expect(mt!.measures.dice.twin).toBeCloseTo(0.65, 12)
  expect(mt!.measures.dice.verdict.cases!.difference).toBeCloseTo(0.04, 12)
  // From the method's side, although the twin stands before it in the table. t(0.975, 2) = 4.302653; s = 0.01; 2 tested by 16 trained.
  const { runs } = uaMt!.measures.dice.verdict
  const half = 4.302653 * 0.01 * Math.sqrt(1 / 3 + 2 / 16)
  expect(runs.difference).toBeCloseTo(-0.04, 12)
  expect(runs.interval!.low).toBeCloseTo(-0.04 - half, 7)
  expect(runs.interval!.high).toBeCloseTo(-0.04 + half, 7)
  expect(uaMt!.measures.dice.verdict.cases!.wilcoxon.statistic).toBe(0)
  expect(mt!.measures.dice.verdict.cases!.wilcoxon.statistic).toBe(3)

  const text = markdown(report)
  expect(text).toMatch(/^\| Dice \| mt \| 0\.690 \| mt-twin \| 0\.650 \| \+0\.040 \| \+0\.040 to \+0\.040 \| /m)
  expect(text).toMatch(/^\| Dice \| mcf \| 0\.850 \| mcf-twin \| 0\.890 \| −0\.040 \| /m)
  expect(text).toContain('- Networks: with the mean of 2 networks predict mcf, mcf-twin; the others with one.')
  expect(text).toContain(
    '- Labelled voxels in a step’s batch: 147,456 (2 × 48×48×32) mt, mt-twin, ua-mt, mcf, mcf-twin; 294,912 (4 × 48×48×32) supervised.',
  )
  expect(latex(report)).toContain('Dice & mt & 0.690 & mt-twin & 0.650 & +0.040 & +0.040 to +0.040 & ')
  expect(indexPage(report)).toContain('What the unlabelled scans added')
  const [heads, ...lines] = summaryCsv(report).trim().split('\n')
  const cellOf = (method: string, column: string) =>
    lines.find((line) => line.includes(`,${method},`) && line.includes(',dice,'))!.split(',')[heads!.split(',').indexOf(column)]
  expect(Number(cellOf('mt', 'fromUnlabelled'))).toBeCloseTo(0.04, 12)
  expect([cellOf('mt', 'twin'), cellOf('supervised', 'twin'), cellOf('mcf', 'networks')]).toEqual(['mt-twin', '', '2'])
  const [comparison] = (reportJson(report) as { comparisons: { fromUnlabelled: object[]; methods: object[] }[] }).comparisons
  expect(comparison!.fromUnlabelled).toHaveLength(3)
  expect(comparison!.methods[0]).toMatchObject({ method: 'supervised', networks: 1, labelledVoxels: 294_912 })
})

it('a twin is never the best: it is no method to choose', async () => {
  const { best, rows } = (await makeReport(findRuns(runsWithTwins()), locateLists)).comparisons[0]!
  expect(rows.at(-1)!.arm.name).toBe('mcf-twin')
  // MCF is ahead of every method, and behind its own twin.
  expect(best.dice).toBeNull()
})

it('compare --twin gives the same figures from the method’s side', async () => {
  const root = runsWithTwins()
  const { code, stdout } = await runMain('compare', 'ua-mt', '--twin', '--runs', root)
  expect(code).toBe(0)
  expect(stdout).toContain('Dice: ua-mt minus mt-twin: given the trained networks, −0.040 over 2 cases')
  expect(stdout).toContain("Holm's correction is over the 9 pairs of these runs.")
  // Two twins are a pair of nobody's, and may be asked for.
  const twins = await runMain('compare', 'mt-twin', 'mcf-twin', '--runs', root)
  expect(twins.stdout).toContain('Dice: mt-twin minus mcf-twin: given the trained networks, −0.240 over 2 cases')
  expect(twins.stdout).toContain("Holm's correction is over the 10 pairs of these runs.")
})

it.each([
  [['compare', 'supervised', '--twin'], 'supervised has no supervised twin among these runs'],
  [['compare', 'mt'], 'bench compare mt: give another one to compare it with, or --twin'],
  [['compare', 'mt', 'mcf', '--twin'], 'bench compare mt: give another one to compare it with, or --twin'],
])('%j is refused', async (words, said) => {
  const { code, stderr } = await runMain(...words, '--runs', runsWithTwins())
  expect(code).not.toBe(0)
  expect(stderr).toContain(said)
})
