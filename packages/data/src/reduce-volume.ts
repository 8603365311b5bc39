import { dataError } from './data-error'
import { emptyLike } from './tensor-order'
import { checkVolume, type ImageVolume, type LabelVolume, type Triple, type Volume, type VoxelArray, voxelCount } from './volume'

export interface ReduceOptions {
  /** Put the result into a SharedArrayBuffer. @default false */
  shared?: boolean
}

export interface ReduceImageOptions extends ReduceOptions {
  /**
   * Bring the reduced volume to mean 0 and standard deviation 1 again; the crop of LA's processing left means of 0.05 to 1.94, which costs short
   * trainings 0.1 Dice.
   *
   * @default factor > 1
   */
  restandardise?: boolean
}

/**
 * Mean of each `factor` x `factor` x `factor` block; a remainder at the end of an axis is dropped.
 *
 * @throws DUALSEG_VALUE if the factor is not a positive integer or larger than an axis
 */
export function reduceImage(image: ImageVolume, factor: number, options: ReduceImageOptions = {}): ImageVolume {
  const reduced = reduce(image, factor, options.shared ?? false, (sum, voxels) => sum / voxels)
  if (options.restandardise ?? factor > 1) standardise(reduced.data)
  return reduced
}

/** Majority of each block (a tie is foreground); a remainder at the end of an axis is dropped. */
export function reduceLabel(label: LabelVolume, factor: number, options: ReduceOptions = {}): LabelVolume {
  return reduce(label, factor, options.shared ?? false, (sum, voxels) => (2 * sum >= voxels ? 1 : 0))
}

/** Brings values to mean 0 and standard deviation 1 (of the population), in place; constant values become 0. */
export function standardise(values: Float32Array): void {
  const count = values.length
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]!
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) * (values[i]! - mean)
  const deviation = Math.sqrt(squares / count)
  const scale = deviation > 0 ? 1 / deviation : 0
  for (let i = 0; i < count; i++) values[i] = (values[i]! - mean) * scale
}

function reduce<T extends VoxelArray>(
  volume: Volume<T>,
  factor: number,
  shared: boolean,
  ofBlock: (sum: number, voxels: number) => number,
): Volume<T> {
  checkVolume(volume, 'reduce')
  const [nx, ny, nz] = volume.size
  if (!Number.isInteger(factor) || factor < 1 || factor > Math.min(nx, ny, nz)) {
    throw dataError(`reduce: factor ${factor} does not fit size [${volume.size}]; take an integer from 1 to the shortest axis`, {
      code: 'DUALSEG_VALUE',
    })
  }
  const size: Triple = [Math.floor(nx / factor), Math.floor(ny / factor), Math.floor(nz / factor)]
  const [mx, my, mz] = size
  const data = emptyLike(volume.data, voxelCount(size), shared)
  const sums = new Float64Array(mx)
  const voxels = factor ** 3
  for (let z = 0; z < mz; z++) {
    for (let y = 0; y < my; y++) {
      sums.fill(0)
      for (let dz = 0; dz < factor; dz++) {
        for (let dy = 0; dy < factor; dy++) {
          let from = nx * (y * factor + dy + ny * (z * factor + dz))
          for (let x = 0; x < mx; x++) {
            let sum = sums[x]!
            for (let dx = 0; dx < factor; dx++) sum += volume.data[from++]!
            sums[x] = sum
          }
        }
      }
      const to = mx * (y + my * z)
      for (let x = 0; x < mx; x++) data[to + x] = ofBlock(sums[x]!, voxels)
    }
  }
  return { ...volume, data, size, ...reducedGeometry(volume, factor) }
}

/** The centre of a block of `factor` voxels lies (factor - 1) / 2 voxels beyond its first voxel's. */
function reducedGeometry({ spacing, origin, direction }: Volume, factor: number): Pick<Volume, 'spacing' | 'origin'> {
  const reduced: Triple = [spacing[0] * factor, spacing[1] * factor, spacing[2] * factor]
  if (!origin) return { spacing: reduced }
  const shift = spacing.map((step) => (step * (factor - 1)) / 2)
  const turn = direction ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const moved = origin.map(
    (at, row) => at + turn[3 * row]! * shift[0]! + turn[3 * row + 1]! * shift[1]! + turn[3 * row + 2]! * shift[2]!,
  )
  return { spacing: reduced, origin: moved as Triple }
}
