import { mean, medianSorted, sampleStandardDeviation } from 'simple-statistics'

export interface Spread {
  mean: number
  /** Sample standard deviation; null for a single value. */
  sd: number | null
  median: number
}

/** @param values at least one; of cases, each averaged over its seeds */
export function spread(values: readonly number[]): Spread {
  return {
    mean: mean([...values]),
    sd: values.length > 1 ? sampleStandardDeviation([...values]) : null,
    median: medianSorted([...values].sort((a, b) => a - b)),
  }
}
