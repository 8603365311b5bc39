/**
 * The tolerances of the conformance kit (its README, section 10): twenty times the distance of PyTorch's own float32 run from the float64
 * numbers, but not less than a floor a kind of number.
 */

/** As `float32Deviation` stands in the kit; absent or non-finite entries count as 0. */
export interface Float32Deviation {
  value?: unknown
  grads?: unknown
}

const MARGIN = 20

function margin(deviation: unknown): number {
  return typeof deviation === 'number' && Number.isFinite(deviation) ? MARGIN * deviation : 0
}

/** A loss value, or an element of one of its intermediate maps. */
export function valueTolerance(expected: number, deviation: Float32Deviation = {}): number {
  return Math.max(1e-5 * Math.max(1, Math.abs(expected)), margin(deviation.value))
}

/** All elements of one gradient. */
export function gradientTolerance(expected: ArrayLike<number>, deviation: Float32Deviation = {}): number {
  let largest = 0
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!))
  return Math.max(1e-4 * largest + 1e-6, margin(deviation.grads))
}

/** What is computed in double arithmetic: ramps, rates, percentiles, metrics. */
export function doubleTolerance(expected: number): number {
  return 1e-9 * Math.abs(expected)
}

/** Elements of a signed distance map. */
export const SIGNED_DISTANCE_TOLERANCE = 1e-6
