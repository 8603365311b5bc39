import { dualsegError } from '@dualseg/kernels'
import type { RandomStream } from '@dualseg/kernels/random'

/**
 * A draw from Beta(alpha, alpha), by products and comparisons alone: powers and logarithms may differ in their last bit from one JavaScript engine to another.
 *
 * Whole alpha: the middle one of 2 alpha - 1 uniform numbers. One over a whole number n: `uⁿ / (uⁿ + vⁿ)` of the first pair with `uⁿ + vⁿ <= 1` (Jöhnk 1964).
 *
 * @throws DUALSEG_VALUE for any other alpha
 */
export function betaDraw(stream: RandomStream, alpha: number): number {
  if (Number.isInteger(alpha) && alpha >= 1) {
    const values = Array.from({ length: 2 * alpha - 1 }, () => stream.uniform())
    return values.sort((a, b) => a - b)[alpha - 1]!
  }
  const n = Math.round(1 / alpha)
  if (!(Number.isInteger(n) && n >= 1 && 1 / n === alpha)) {
    throw dualsegError('DUALSEG_VALUE', `beta: alpha is ${alpha}; expected a whole number from 1, or one over a whole number`)
  }
  for (;;) {
    const [x, y] = [power(stream.uniform(), n), power(stream.uniform(), n)]
    if (x + y > 0 && x + y <= 1) return x / (x + y)
  }
}

function power(base: number, exponent: number): number {
  let product = 1
  for (let i = 0; i < exponent; i++) product *= base
  return product
}
