import { dataError } from './data-error'
import {
  checkVolume,
  type ImageVolume,
  type LabelVolume,
  type Triple,
  type Volume,
  type VolumeGrid,
  type VoxelArray,
  voxelCount,
} from './volume'

/** The grid that a reduced volume came from. */
export type Grid = VolumeGrid & Pick<Volume, 'nifti'>

/**
 * A reduced label on the original grid: every voxel takes its block's label, the dropped remainder that of the last block.
 *
 * @param grid of the volume before `reduceLabel(label, factor)`
 * @throws DUALSEG_SHAPE if the label is not that grid's reduction by `factor`
 */
export function upsampleLabelNearest(label: LabelVolume, grid: Grid, factor: number): LabelVolume {
  checkReduced(label, grid, factor, 'upsampleLabelNearest')
  const [mx, my, mz] = label.size
  const [nx, ny, nz] = grid.size
  const data = new Uint8Array(voxelCount(grid.size))
  const column = Int32Array.from({ length: nx }, (_, x) => Math.min(Math.floor(x / factor), mx - 1))
  let to = 0
  for (let z = 0; z < nz; z++) {
    const fromZ = Math.min(Math.floor(z / factor), mz - 1)
    for (let y = 0; y < ny; y++) {
      const row = mx * (Math.min(Math.floor(y / factor), my - 1) + my * fromZ)
      for (let x = 0; x < nx; x++) data[to++] = label.data[row + column[x]!]!
    }
  }
  return { ...gridOf(grid), data }
}

/**
 * Probabilities on the original grid, linear between the centres of the blocks and constant beyond the outermost ones.
 *
 * A threshold after this follows the boundary between blocks, where the nearest label shows its steps.
 *
 * @throws DUALSEG_SHAPE if the volume is not that grid's reduction by `factor`
 */
export function upsampleTrilinear(probs: ImageVolume, grid: Grid, factor: number): ImageVolume {
  checkReduced(probs, grid, factor, 'upsampleTrilinear')
  const [nx, ny, nz] = grid.size
  const [mx, my, mz] = probs.size
  const alongX = interpolateAxis(probs.data, 1, mx, my * mz, nx, factor)
  const alongY = interpolateAxis(alongX, nx, my, mz, ny, factor)
  return { ...gridOf(grid), data: interpolateAxis(alongY, nx * ny, mz, 1, nz, factor) }
}

/** One axis of `count` samples, `inner` values apart, repeated `outer` times, stretched to `length` samples. */
function interpolateAxis(
  data: Float32Array,
  inner: number,
  count: number,
  outer: number,
  length: number,
  factor: number,
): Float32Array {
  const out = new Float32Array(inner * length * outer)
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < length; i++) {
      const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), count - 1)
      const low = Math.min(Math.floor(at), count - 1)
      const high = Math.min(low + 1, count - 1)
      const part = at - low
      const fromLow = (o * count + low) * inner
      const fromHigh = (o * count + high) * inner
      const to = (o * length + i) * inner
      for (let k = 0; k < inner; k++) {
        const value = data[fromLow + k]!
        out[to + k] = value + part * (data[fromHigh + k]! - value)
      }
    }
  }
  return out
}

function checkReduced(volume: Volume<VoxelArray>, grid: Grid, factor: number, where: string): void {
  checkVolume(volume, where)
  const expected = grid.size.map((n) => Math.floor(n / factor)) as Triple
  if (volume.size.some((n, axis) => n !== expected[axis])) {
    throw dataError(`${where}: size [${volume.size}] is not [${grid.size}] reduced by ${factor}, which is [${expected}]`, {
      code: 'DUALSEG_SHAPE',
    })
  }
}

function gridOf({ size, spacing, spacingUnit, origin, direction, nifti }: Grid): Grid {
  return {
    size: [...size],
    spacing: [...spacing],
    ...(spacingUnit && { spacingUnit }),
    ...(origin && { origin }),
    ...(direction && { direction }),
    ...(nifti && { nifti }),
  }
}
