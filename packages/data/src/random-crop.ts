import type { RandomStream } from '@dualseg/kernels/random'
import { dataError } from './data-error'
import type { Triple, VoxelArray } from './volume'
import type { VolumeView } from './volume-view'

/** Where a patch may lie in a volume. */
export interface CropRange {
  /** Voxels added on each of both sides of an axis. */
  pad: Triple
  paddedSize: Triple
  /** Starts are 0 to `startCount - 1`, in padded coordinates. */
  startCount: Triple
}

/**
 * The references' padding rule and range of starts.
 *
 * If any axis is not larger than the patch, every axis is padded on both sides by `max(floor((patch - size) / 2) + 3, 0)`: the floor of a negative
 * half also pads axes that are up to 4 voxels larger than the patch. A start is drawn from [0, size - patch) with the upper bound excluded, so the
 * last position is never used.
 *
 * Source: RandomCrop of UA-MT, MC-Net, MCF and LUSEG, which agree.
 *
 * @throws DUALSEG_SHAPE if sizes are not positive integers
 */
export function cropRange(size: Readonly<Triple>, patch: Readonly<Triple>): CropRange {
  if ([...size, ...patch].some((n) => !Number.isInteger(n) || n < 1)) {
    throw dataError(`cropRange: size [${size}] and patch [${patch}] must be positive integers`, { code: 'DUALSEG_SHAPE' })
  }
  const padded = size.some((n, axis) => n <= patch[axis]!)
  const padOf = (axis: number) => (padded ? Math.max(Math.floor((patch[axis]! - size[axis]!) / 2) + 3, 0) : 0)
  const pad: Triple = [padOf(0), padOf(1), padOf(2)]
  const paddedSize: Triple = [size[0] + 2 * pad[0], size[1] + 2 * pad[1], size[2] + 2 * pad[2]]
  return { pad, paddedSize, startCount: [paddedSize[0] - patch[0], paddedSize[1] - patch[1], paddedSize[2] - patch[2]] }
}

/** A uniform start of the patch, in padded coordinates, drawn in the order x, y, z. */
export function drawCropStart(range: CropRange, random: RandomStream): Triple {
  const [x, y, z] = range.startCount
  return [random.integer(0, x), random.integer(0, y), random.integer(0, z)]
}

/**
 * Copies the patch that begins at `start` (padded coordinates) into `target` in tensor order (z fastest), the view's `outside` beyond the volume.
 *
 * @param target filled from `offset`; holds `patch` voxels from there
 */
export function cropInto(
  target: VoxelArray,
  offset: number,
  view: VolumeView,
  patch: Readonly<Triple>,
  start: Readonly<Triple>,
  pad: Readonly<Triple>,
): void {
  const [px, py, pz] = patch
  const [nx, ny, nz] = view.size
  const [sx, sy, sz] = view.strides
  const { data } = view
  const x0 = start[0] - pad[0]
  const y0 = start[1] - pad[1]
  const z0 = start[2] - pad[2]
  const firstZ = Math.min(Math.max(-z0, 0), pz)
  const endZ = Math.max(Math.min(nz - z0, pz), firstZ)
  const isPadded = x0 < 0 || y0 < 0 || x0 + px > nx || y0 + py > ny || endZ - firstZ < pz
  if (isPadded) target.fill(view.outside ?? 0, offset, offset + px * py * pz)
  // Added up instead of multiplied: 0 times a negative stride is -0, which the compiler can keep only as a floating-point number, and would index by one.
  let plane = view.offset + x0 * sx + y0 * sy + (z0 + firstZ) * sz
  let to = offset
  for (let x = x0; x < x0 + px; x++, plane += sx) {
    let row = plane
    for (let y = y0; y < y0 + py; y++, row += sy, to += pz) {
      if (x < 0 || x >= nx || y < 0 || y >= ny) continue
      let from = row
      for (let k = firstZ; k < endZ; k++, from += sz) target[to + k] = data[from]!
    }
  }
}
