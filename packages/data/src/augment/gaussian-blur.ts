import type { Triple } from '../volume'
import { alongLines } from './along-lines'
import type { Axis } from './augmentation'

/**
 * Blurs with a normal curve, one axis after the other, in place; at the edges the crop is continued by its mirror image without the outermost voxel.
 *
 * scipy's `gaussian_filter` with `mode='mirror'` and `radius=round(3 sigma - 1/4)`, which is nnU-Net's: the nearest odd number to `6 sigma + 1/2` of voxels.
 *
 * @param sigma standard deviation along x, y, z in voxels
 */
export function gaussianBlur(values: Float32Array, size: Readonly<Triple>, sigma: Readonly<Triple>): void {
  for (const axis of [0, 1, 2] as const) blurAxis(values, size, axis, sigma[axis])
}

function blurAxis(values: Float32Array, size: Readonly<Triple>, axis: Axis, sigma: number): void {
  const radius = Math.max(0, Math.round(3 * sigma - 0.25))
  if (radius === 0) return
  const weights = curve(sigma, radius)
  const length = size[axis]
  const longer = new Float64Array(length + 2 * radius)
  alongLines(values, size, axis, (line) => {
    longer.set(line, radius)
    for (let i = 1; i <= radius; i++) {
      longer[radius - i] = line[mirrored(-i, length)]!
      longer[radius + length - 1 + i] = line[mirrored(length - 1 + i, length)]!
    }
    for (let i = 0; i < length; i++) {
      const middle = i + radius
      let sum = weights[0]! * longer[middle]!
      for (let d = 1; d <= radius; d++) sum += weights[d]! * (longer[middle - d]! + longer[middle + d]!)
      line[i] = sum
    }
  })
}

/** One half of the curve, its middle first; the whole sums to 1. */
function curve(sigma: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp(-0.5 * (d / sigma) ** 2))
  const sum = weights.reduce((all, weight) => all + 2 * weight, -weights[0]!)
  return weights.map((weight) => weight / sum)
}

function mirrored(at: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const within = ((at % period) + period) % period
  return within < length ? within : period - within
}
