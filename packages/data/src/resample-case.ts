import { mostShared } from './most-shared'
import { hasOtherSpacing, resampledSize, steppedGrid } from './resample'
import { alongAxis, cubicLine } from './resample-spline'
import { emptyLike } from './tensor-order'
import type { ImageVolume, LabelVolume, Triple, Volume } from './volume'

/**
 * An image on a grid of other steps along the same axes, beginning at the same edge, by cubic B-splines; values beyond the outermost voxels are theirs. As nnU-Net
 * does, nothing is smoothed before where the new steps are longer.
 *
 * @param options.shared put the result into a SharedArrayBuffer @default false
 */
export function resampleImageCubic(
  image: ImageVolume,
  spacing: Readonly<Triple>,
  options: { shared?: boolean } = {},
): ImageVolume {
  if (!hasOtherSpacing(image, spacing)) return image
  const target = resampledSize(image, spacing)
  let data = image.data
  const size: Triple = [...image.size]
  for (const axis of [0, 1, 2] as const) {
    const ratio = spacing[axis] / image.spacing[axis]
    const out: Triple = [...size]
    out[axis] = target[axis]
    data = alongAxis(data, size, out, axis, (line, result) => cubicLine(line, result, 0.5 * ratio - 0.5, ratio))
    size[axis] = target[axis]
  }
  const kept = emptyLike(data, data.length, options.shared ?? false)
  kept.set(data)
  return { ...image, data: kept, ...steppedGrid(image, spacing, target) }
}

/**
 * A label map on the same grid: every class is interpolated linearly and the one with most wins, of equal ones the lowest. No class appears where it was not among
 * the eight voxels about a place. As nnU-Net does.
 *
 * @param options.shared put the result into a SharedArrayBuffer @default false
 */
export function resampleLabelLinear(
  label: LabelVolume,
  spacing: Readonly<Triple>,
  options: { shared?: boolean } = {},
): LabelVolume {
  if (!hasOtherSpacing(label, spacing)) return label
  const size = resampledSize(label, spacing)
  const [xs, ys, zs] = [0, 1, 2].map((axis) => neighbours(label, size, spacing, axis)) as [Neighbours, Neighbours, Neighbours]
  const [nx, ny] = label.size
  const data = emptyLike(label.data, size[0] * size[1] * size[2], options.shared ?? false)
  const around = new Uint8Array(8)
  const shares = new Float64Array(8)
  let to = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, to++) {
        let isSame = true
        for (let corner = 0; corner < 8; corner++) {
          const [i, j, k] = [corner & 1, (corner >> 1) & 1, corner >> 2]
          around[corner] = label.data[xs.place[2 * x + i]! + nx * (ys.place[2 * y + j]! + ny * zs.place[2 * z + k]!)]!
          isSame &&= around[corner] === around[0]
        }
        if (isSame) {
          data[to] = around[0]!
          continue
        }
        for (let corner = 0; corner < 8; corner++)
          shares[corner] =
            xs.share[2 * x + (corner & 1)]! * ys.share[2 * y + ((corner >> 1) & 1)]! * zs.share[2 * z + (corner >> 2)]!
        data[to] = mostShared(around, shares)
      }
    }
  }
  return { ...label, data, ...steppedGrid(label, spacing, size) }
}

/** The two voxels about every place along an axis, and what each counts there. */
interface Neighbours {
  readonly place: Int32Array
  readonly share: Float64Array
}

function neighbours(from: Volume, size: Readonly<Triple>, spacing: Readonly<Triple>, axis: number): Neighbours {
  const ratio = spacing[axis]! / from.spacing[axis]!
  const last = from.size[axis]! - 1
  const place = new Int32Array(2 * size[axis]!)
  const share = new Float64Array(2 * size[axis]!)
  for (let i = 0; i < size[axis]!; i++) {
    const at = Math.min(last, Math.max(0, (i + 0.5) * ratio - 0.5))
    const low = Math.floor(at)
    place.set([low, Math.min(low + 1, last)], 2 * i)
    share.set([1 - (at - low), at - low], 2 * i)
  }
  return { place, share }
}
