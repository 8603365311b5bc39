import { dataError } from '../data-error'
import type { NiftiForms } from '../nifti-forms'
import { directionOf } from '../same-grid'
import type { Triple, VolumeGrid } from '../volume'
import type { ByteOrder, Scale, StoredType } from './stored-voxels'

/** What a header claims, before a voxel is decoded. */
export interface ImageHeader {
  grid: VolumeGrid
  type: StoredType
  order: ByteOrder
  scale?: Scale
  /** Where the voxels are; `file` is relative to the header's folder and absent where both are one file. */
  voxels: {
    file?: string
    offset: number
    /** Bytes of further volumes that follow. @default 0 */
    behind?: number
    compression?: 'gzip' | 'zlib'
  }
  /** Volumes of a 4-D file, one after another from `offset` on. @default 1 */
  volumes?: number
  /** What one should know of the file, to be read behind its name. */
  notes: string[]
  nifti?: NiftiForms
}

/** An axis longer than this, or more voxels than 512 x 512 x 1024, is taken for a broken header. */
const LONGEST_AXIS = 8192
const MOST_VOXELS = 2 ** 28

/** Makes the error that refuses a file: its name, what was found, what to do. */
export type Refuse = (found: string, cause?: unknown) => Error

export function refusing(path: string): Refuse {
  return (found, cause) => dataError(`${path}: ${found}`, cause === undefined ? {} : { cause })
}

/**
 * Three axes from a header's list; axes of one voxel behind the third are dropped, a missing third is one voxel.
 *
 * @param fourth whether a fourth axis may be longer: a volume a channel
 */
export function threeAxes(sizes: readonly number[], refuse: Refuse, fourth = false): Triple {
  const [nx = 0, ny = 0, nz = 1, ...more] = sizes
  if (sizes.length < 2 || more.some((n, behind) => n !== 1 && !(fourth && behind === 0 && n > 1))) {
    throw refuse(
      `holds ${sizes.length} axes [${sizes}], expected one 3-D image; split time points or channels into files of their own`,
    )
  }
  const size: Triple = [nx, ny, nz]
  if (size.some((n) => !Number.isInteger(n) || n < 1 || n > LONGEST_AXIS) || nx * ny * nz > MOST_VOXELS) {
    throw refuse(
      `claims size [${size}], expected axes of 1 to ${LONGEST_AXIS} and at most ${MOST_VOXELS} voxels; the header is damaged or the image too large`,
    )
  }
  return size
}

/** What a file leaves open of where its voxels lie, in words. */
export function silences(grid: VolumeGrid): string[] {
  if (directionOf(grid) === undefined) return ['says nothing of where its axes run and where it lies']
  return grid.origin === undefined ? ['does not say where it begins'] : []
}

export function threeSpacings(steps: readonly number[], refuse: Refuse): Triple {
  const spacing: Triple = [steps[0] ?? 1, steps[1] ?? 1, steps[2] ?? 1]
  if (spacing.some((step) => !Number.isFinite(step) || step <= 0)) {
    throw refuse(
      `has spacing [${spacing}], expected three positive numbers; repair the header, a guess would falsify every distance`,
    )
  }
  return spacing
}
