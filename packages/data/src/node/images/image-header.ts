import { dataError } from '../../data-error'
import type { Triple } from '../../volume'

/** What a header claims, before a voxel is decoded. */
export interface ImageHeader {
  size: Triple
  spacing: Triple
  /** `voxel` where the file leaves spacing open. */
  spacingUnit: 'mm' | 'voxel'
  /** Bytes of one stored voxel. */
  voxelBytes: number
  /** Byte order of floating-point voxels whose decoder turns NaN into 0 without a word. */
  testFloats?: 'little' | 'big'
  /** Where the voxels are; `file` is relative to the header's folder and absent where both are one file. */
  voxels: { file?: string; offset: number; compression?: 'gzip' | 'zlib' }
}

/** An axis longer than this, or more voxels than 512 x 512 x 1024, is taken for a broken header. */
const LONGEST_AXIS = 8192
const MOST_VOXELS = 2 ** 28

/** Makes the error that refuses a file: its name, what was found, what to do. */
export type Refuse = (found: string, cause?: unknown) => Error

export function refusing(path: string): Refuse {
  return (found, cause) => dataError(`${path}: ${found}`, cause === undefined ? {} : { cause })
}

/** Three axes from a header's list; axes of one voxel behind the third are dropped, a missing third is one voxel. */
export function threeAxes(sizes: readonly number[], refuse: Refuse): Triple {
  const [nx = 0, ny = 0, nz = 1, ...more] = sizes
  if (sizes.length < 2 || more.some((n) => n !== 1)) {
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

/**
 * The header of a format whose header is text, with its voxels behind it or in one other file.
 *
 * @param text.steps undefined where the file leaves spacing open
 * @param text.end of the header, in bytes
 */
export function textHeader(
  text: {
    sizes: readonly number[]
    steps: readonly number[] | undefined
    voxelBytes: number
    file: string | undefined
    end: number
    compression: 'gzip' | 'zlib' | undefined
  },
  refuse: Refuse,
): ImageHeader {
  const { sizes, steps, voxelBytes, file, end, compression } = text
  if (file !== undefined && (/^LIST\b/.test(file) || file.includes('%')))
    throw refuse('keeps its voxels in several files; convert it into one')
  return {
    size: threeAxes(sizes, refuse),
    spacing: threeSpacings(steps ?? [], refuse),
    spacingUnit: steps ? 'mm' : 'voxel',
    voxelBytes,
    voxels: { ...(file === undefined ? { offset: end } : { offset: 0, file }), ...(compression && { compression }) },
  }
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
