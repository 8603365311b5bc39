/**
 * A module whose one function, `f`, gives the first lane of `relaxed_madd(a, a, c)` with a = 1 + 2^-12 and c = -(1 + 2^-11): 2^-24 where product and
 * sum are rounded once, 0 where the product is rounded first.
 */
const PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 31, 1, 29, 0, 67, 0, 8, 128, 63,
  253, 19, 67, 0, 8, 128, 63, 253, 19, 67, 0, 16, 128, 191, 253, 19, 253, 133, 2, 253, 31, 0, 11,
])

/** Said in the engine's report. */
export const RELAXED_NOTE =
  'relaxed SIMD: products and sums in convolutions are rounded once, so that last bits differ from plain SIMD'

/**
 * Whether the runtime has relaxed SIMD (Node from 22 on, current browsers) and the processor rounds its multiply-add once. Where it would round twice
 * there is nothing to gain, and two machines with the same engine identity would compute different bits.
 */
export function hasFusedMultiplyAdd(): boolean {
  if (!WebAssembly.validate(PROBE)) return false
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(PROBE)).exports as { f: () => number }
  return f() === 2 ** -24
}
