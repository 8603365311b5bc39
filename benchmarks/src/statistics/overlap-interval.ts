import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from './bootstrap-interval'

/** Two values have an interval that no difference leaves. */
export const FEWEST_VALUES = 3

/**
 * Student's t interval of a mean of differences between trained networks, with the variance of overlapping training sets,
 * (1/n + tested/trained) s² (Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003).
 *
 * @param testedPerTrained test cases by training cases
 * @returns null for fewer than three values
 */
export function overlapInterval(values: readonly number[], testedPerTrained: number, level: number): Interval | null {
  const n = values.length
  if (n < FEWEST_VALUES) return null
  const difference = mean([...values])
  const s = sampleStandardDeviation([...values])
  const half = tQuantile((1 + level) / 2, n - 1) * s * Math.sqrt(1 / n + testedPerTrained)
  return { low: difference - half, high: difference + half, level }
}
