import { requireVolume } from './requirements/numbers'

/**
 * Exact Euclidean distance of every voxel to the nearest voxel of a set, in voxels.
 *
 * Three passes of one-dimensional lower envelopes of parabolas, one along each axis; squared distances stay whole numbers, so the result
 * is exact.
 *
 * Source: Felzenszwalb and Huttenlocher 2012.
 *
 * @param isTarget 1 for voxels of the set, row-major (last axis fastest)
 * @param size number of voxels along the three axes
 * @returns distances in the same order; Infinity everywhere for an empty set
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function euclideanDistance(isTarget: ArrayLike<number>, size: readonly [number, number, number]): Float64Array {
  requireVolume('euclideanDistance', 'isTarget', isTarget, size)
  return distanceTo(isTarget, size)
}

/** {@link euclideanDistance} of what was looked at. */
export function distanceTo(isTarget: ArrayLike<number>, [nx, ny, nz]: readonly [number, number, number]): Float64Array {
  const squared = new Float64Array(isTarget.length)
  for (let i = 0; i < squared.length; i++) squared[i] = isTarget[i] ? 0 : Number.POSITIVE_INFINITY

  const envelope = new Envelope(Math.max(nx, ny, nz))
  for (let row = 0; row < nx * ny; row++) envelope.apply(squared, row * nz, nz, 1)
  for (let x = 0; x < nx; x++) for (let z = 0; z < nz; z++) envelope.apply(squared, x * ny * nz + z, ny, nz)
  for (let row = 0; row < ny * nz; row++) envelope.apply(squared, row, nx, ny * nz)

  for (let i = 0; i < squared.length; i++) squared[i] = Math.sqrt(squared[i]!)
  return squared
}

/** Replaces a line of f by `min_v ((q - v)² + f(v))`. */
class Envelope {
  private readonly line: Float64Array
  private readonly apex: Int32Array
  private readonly start: Float64Array

  constructor(longest: number) {
    this.line = new Float64Array(longest)
    this.apex = new Int32Array(longest)
    this.start = new Float64Array(longest + 1)
  }

  apply(values: Float64Array, offset: number, count: number, stride: number): void {
    const { line, apex, start } = this
    let parabolas = 0
    for (let q = 0; q < count; q++) {
      const height = values[offset + q * stride]!
      line[q] = height
      // A parabola at infinity is never the lowest, and Infinity - Infinity below would be NaN.
      if (height === Number.POSITIVE_INFINITY) continue
      let from = Number.NEGATIVE_INFINITY
      while (parabolas > 0) {
        const v = apex[parabolas - 1]!
        from = (height + q * q - (line[v]! + v * v)) / (2 * (q - v))
        if (from > start[parabolas - 1]!) break
        parabolas--
      }
      apex[parabolas] = q
      start[parabolas] = parabolas === 0 ? Number.NEGATIVE_INFINITY : from
      parabolas++
    }
    if (parabolas === 0) return
    for (let q = 0, k = 0; q < count; q++) {
      while (k + 1 < parabolas && start[k + 1]! < q) k++
      const v = apex[k]!
      values[offset + q * stride] = (q - v) * (q - v) + line[v]!
    }
  }
}
