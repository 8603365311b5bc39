import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { finishedRuns, KEPT, logSummary, readLines } from './kept-runs.mjs'

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'))
const runs = finishedRuns(KEPT)

it('summarises a log in pieces, without what is not a number', () => {
  const line = (iteration: number, noted: number | null) => ({
    iteration,
    terms: { ce: iteration },
    weights: { ce: 2 - iteration },
    noted: { dice: noted },
  })
  expect(logSummary([line(0, null), line(1, 5), line(2, 7)])).toEqual({
    iterations: 3,
    weights: { ce: [0, 2] },
    means: [
      { upTo: 0, ce: 0, dice: null },
      { upTo: 1, ce: 1, dice: 5 },
      { upTo: 2, ce: 2, dice: 7 },
    ],
  })
})

it('has runs', () => {
  expect(runs.length).toBeGreaterThanOrEqual(3)
})

it.each(runs.map((run) => [relative(KEPT, run), run]))('%s: its cases give its result', (_, run) => {
  const result = json(run, 'result.json')
  const cases = readLines(join(run, 'cases.jsonl'))
  expect(json(run, 'config.json').sha256).toBe(result.configSha256)
  expect(json(run, 'log-summary.json').iterations).toBe(result.iterations)
  expect(cases).toHaveLength(result.cases)
  for (const measure of ['dice', 'jaccard', 'hd95', 'asd']) {
    const values = cases.map((one: Record<string, number>) => one[measure]!)
    const mean = values.reduce((sum: number, value: number) => sum + value, 0) / values.length
    expect(mean).toBeCloseTo(result[measure].mean, 9)
  }
})
