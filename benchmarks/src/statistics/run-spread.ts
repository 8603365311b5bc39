import { max, mean, min, sampleStandardDeviation } from 'simple-statistics'

/** How far runs (fold x seed) lie apart; the only spread here that training anew is part of. */
export interface RunSpread {
  readonly runs: number
  readonly mean: number
  /** Sample standard deviation; null for a single run. */
  readonly sd: number | null
  readonly min: number
  readonly max: number
}

/** @param means one value a run: the mean over its cases, or a difference of two such means */
export function runSpread(means: readonly number[]): RunSpread {
  const values = [...means]
  return {
    runs: values.length,
    mean: mean(values),
    sd: values.length > 1 ? sampleStandardDeviation(values) : null,
    min: min(values),
    max: max(values),
  }
}
