import normalCdf from '@stdlib/stats-base-dists-normal-cdf'

/** Half-width and steps of the integral; beyond ±8 a normal density is below 1e-14. */
const REACH = 8
const STEPS = 800

/**
 * Nemenyi's critical difference of mean ranks: two of `methods` ranked in each of `blocks` differ by chance by more in at most 1 - level
 * (Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 2006, section 3.2.2).
 */
export function criticalDifference(methods: number, blocks: number, level = 0.95): number {
  return (rangeQuantile(level, methods) / Math.SQRT2) * Math.sqrt((methods * (methods + 1)) / (6 * blocks))
}

/** The quantile of the range of `n` standard normal values: the studentised range with infinitely many degrees of freedom. */
export function rangeQuantile(probability: number, n: number): number {
  let [low, high] = [0, 2 * REACH]
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (rangeCdf(middle, n) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** n ∫ φ(z) [Φ(z) - Φ(z - range)]^(n-1) dz over the largest value z, by Simpson's rule. */
function rangeCdf(range: number, n: number): number {
  const step = (2 * REACH + range) / STEPS
  let sum = 0
  for (let i = 0; i <= STEPS; i++) {
    const z = -REACH + i * step
    const weight = i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
    sum += weight * density * (normalCdf(z, 0, 1) - normalCdf(z - range, 0, 1)) ** (n - 1)
  }
  return (n * sum * step) / 3
}
