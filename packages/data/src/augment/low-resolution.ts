import type { Triple } from '../volume'
import { alongLines } from './along-lines'

/**
 * What a coarser scan would show: keeps a share of the voxels along every axis (the nearest ones) and fills the grid again, linearly, in place.
 *
 * scipy's `zoom` there with `order=0` and back with `order=1`, both with `grid_mode=True, mode='nearest'`; the coarse length is `n * share`, rounded.
 *
 * @param share along x, y, z, above 0 and at most 1
 */
export function lowerResolution(values: Float32Array, size: Readonly<Triple>, share: Readonly<Triple>): void {
  for (const axis of [0, 1, 2] as const) {
    const length = size[axis]
    const coarse = Math.max(1, Math.round(length * share[axis]))
    if (coarse === length) continue
    const { low, high, part } = places(length, coarse)
    const before = new Float64Array(length)
    alongLines(values, size, axis, (line) => {
      before.set(line)
      for (let i = 0; i < length; i++) {
        const from = before[low[i]!]!
        line[i] = from + part[i]! * (before[high[i]!]! - from)
      }
    })
  }
}

/** For every voxel of a line the two that are kept about it, and how far it lies from the first to the second. */
function places(length: number, coarse: number): { low: Int32Array; high: Int32Array; part: Float64Array } {
  const kept = (i: number) => Math.floor(((i + 0.5) * length) / coarse)
  const at = Float64Array.from({ length }, (_, i) => Math.max(0, ((i + 0.5) * coarse) / length - 0.5))
  return {
    low: Int32Array.from(at, (place) => kept(Math.floor(place))),
    high: Int32Array.from(at, (place) => kept(Math.min(Math.floor(place) + 1, coarse - 1))),
    part: at.map((place) => place - Math.floor(place)),
  }
}
