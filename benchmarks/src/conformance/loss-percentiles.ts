import { percentile } from '@dualseg/losses'
import { isKitArray, kitNumber, kitNumbers } from './kit'
import type { LossCase } from './loss-case'
import { type GroupResult, runCases } from './report'
import { doubleTolerance } from './tolerance'

interface PercentileRow {
  p: number
  value: unknown
  countGreaterEqual?: number
  countGreater?: number
}

/** The percentile group of `losses.json`: numbers in, percentiles and counts out, no tensors. */
export function runPercentiles(group: string, cases: readonly LossCase[]): GroupResult {
  return runCases(
    group,
    cases,
    ({ name }) => name,
    ({ inputs, expected }, compare) => {
      const data = inputs.data!
      const values = kitNumbers(isKitArray(data) ? data.data : data)
      for (const row of (expected as { percentiles: PercentileRow[] }).percentiles) {
        const got = percentile(values, row.p)
        const reference = kitNumber(row.value)
        compare.number(`percentile ${row.p}`, got, reference, doubleTolerance(reference))
        const count = (what: string, wanted: number | undefined, test: (value: number) => boolean) => {
          if (wanted !== undefined) compare.number(`percentile ${row.p}, ${what}`, values.filter(test).length, wanted, 0)
        }
        count('countGreaterEqual', row.countGreaterEqual, (value) => value >= got)
        count('countGreater', row.countGreater, (value) => value > got)
      }
    },
  )
}
