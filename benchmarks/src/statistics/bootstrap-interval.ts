import { dualsegError } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { mean, quantileSorted, sum } from 'simple-statistics'

export interface BootstrapOptions {
  /** @default 0.95 */
  readonly level?: number
  /** @default 9999 */
  readonly resamples?: number
  /** @default 1 */
  readonly seed?: number
}

/** From `low` to `high`, in the values' unit. */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly level: number
}

/**
 * The bootstrap interval of a mean, bias-corrected and accelerated (BCa; Efron 1987), with the values drawn with replacement.
 *
 * Seeded: the same values in the same order have the same interval.
 *
 * @returns null for fewer than two values, which say nothing about their spread
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  const { level = 0.95, resamples = 9999, seed = 1 } = options
  if (values.some((value) => !Number.isFinite(value))) {
    throw dualsegError('DUALSEG_NAN', 'bootstrapInterval: a value is not finite; leave such cases out, and say so')
  }
  if (values.length < 2) return null
  const observed = mean([...values])
  if (values.every((value) => value === values[0])) return { low: observed, high: observed, level }

  const stream = random(seed, 'bootstrap', 0, 0)
  const means = Array.from({ length: resamples }, () => {
    let total = 0
    for (let i = 0; i < values.length; i++) total += values[stream.integer(0, values.length)]!
    return total / values.length
  }).sort((a, b) => a - b)
  const bias = normalQuantile(shareBelow(means, observed), 0, 1)
  const acceleration = accelerationOf(values)
  const end = (probability: number) => {
    const z = bias + normalQuantile(probability, 0, 1)
    return quantileSorted(means, normalCdf(bias + z / (1 - acceleration * z), 0, 1))
  }
  return { low: end((1 - level) / 2), high: end((1 + level) / 2), level }
}

/** Share of sorted values below `limit`, equal ones counted half; never 0 or 1. */
function shareBelow(sorted: readonly number[], limit: number): number {
  const below = sorted.findLastIndex((value) => value < limit) + 1
  const notAbove = sorted.findLastIndex((value) => value <= limit) + 1
  return Math.min(Math.max((below + notAbove) / 2, 0.5), sorted.length - 0.5) / sorted.length
}

/** A sixth of the skewness of the jackknife's means; for a mean these are the values themselves, mirrored and scaled. */
function accelerationOf(values: readonly number[]): number {
  const centre = mean([...values])
  const cubes = sum(values.map((value) => (value - centre) ** 3))
  const squares = sum(values.map((value) => (value - centre) ** 2))
  return cubes / (6 * squares ** 1.5)
}
