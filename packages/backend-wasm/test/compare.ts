/** Largest absolute difference over the root mean square of what is expected; NaN anywhere gives infinity. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`lengths ${actual.length} and ${expected.length}`)
  let squares = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    squares += expected[i]! ** 2
    const difference = Math.abs(actual[i]! - expected[i]!)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  const scale = Math.sqrt(squares / expected.length)
  return scale === 0 ? largest : largest / scale
}

/** Values in [-1, 1), the same for the same seed (a linear congruential generator). */
export function randomValues(length: number, seed: number): Float32Array {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}
