// The 27 taps of a 3x3x3 filter lie as far apart as the filter has elements: often a power of two, all in one set of the cache. The transforms therefore work on
// a small dense copy, made and written back tap by tap.

/** Contracted channels that are transformed at a time. */
export const DEPTH: usize = 8
/** Between the taps of the copy, which is [27][DEPTH][16]. */
export const TAP_STRIDE: usize = DEPTH * 64 + 64
export const TAPS_BYTES: usize = 27 * TAP_STRIDE

@inline export function transpose4(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from)
  const b = v128.load(from + fromStride)
  const c = v128.load(from + 2 * fromStride)
  const d = v128.load(from + 3 * fromStride)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
  v128.store(to + toStride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
  v128.store(to + 2 * toStride, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5))
  v128.store(to + 3 * toStride, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7))
}

/** w[27][kCount][nCount] -> taps[27][k - k0][n - n0], at most DEPTH by 16, multiples of 4. flip: from w[26 - tap][n][k]. */
export function readTaps(w: usize, taps: usize, k0: usize, k1: usize, kCount: usize, nCount: usize, n0: usize, width: usize, flip: usize): void {
  const tap = kCount * nCount * 4
  for (let t: usize = 0; t < 27; t++, taps += TAP_STRIDE) {
    if (flip) {
      const from = w + (26 - t) * tap + (n0 * kCount + k0) * 4
      for (let n: usize = 0; n < width; n += 4) for (let k: usize = 0; k < k1 - k0; k += 4) {
        transpose4(from + (n * kCount + k) * 4, kCount * 4, taps + k * 64 + n * 4, 64)
      }
    } else {
      let from = w + t * tap + (k0 * nCount + n0) * 4
      for (let k: usize = 0; k < k1 - k0; k++, from += nCount * 4) for (let n: usize = 0; n < width * 4; n += 16) v128.store(taps + k * 64 + n, v128.load(from + n))
    }
  }
}

/** The way back, not flipped. */
export function writeTaps(taps: usize, w: usize, k0: usize, k1: usize, kCount: usize, nCount: usize, n0: usize, width: usize): void {
  for (let t: usize = 0; t < 27; t++, taps += TAP_STRIDE) {
    let to = w + (t * kCount * nCount + k0 * nCount + n0) * 4
    for (let k: usize = 0; k < k1 - k0; k++, to += nCount * 4) for (let n: usize = 0; n < width * 4; n += 16) v128.store(to + n, v128.load(taps + k * 64 + n))
  }
}
