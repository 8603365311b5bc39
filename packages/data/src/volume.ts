import { dataError } from './data-error'
import type { NiftiForms } from './nifti-forms'

/** Three numbers in the order x, y, z. */
export type Triple = [number, number, number]

export type VoxelArray = Float32Array | Uint8Array | Int16Array | Int32Array

/** Voxels outside tensors, as an itk-wasm `Image` holds them: x fastest, index `x + nx (y + ny z)`. */
export interface Volume<T extends VoxelArray = VoxelArray> {
  data: T
  /** Voxels along x, y, z. */
  size: Triple
  /** Distance of neighbouring voxels, in `spacingUnit`. */
  spacing: Triple
  /** `voxel` where the source carries no spacing (spacing is then 1, 1, 1), else `mm`. @default 'mm' */
  spacingUnit?: 'mm' | 'voxel'
  /**
   * Position of the first voxel's centre (LPS). Without origin and direction a volume does not say where its voxels lie; with a direction alone not where it
   * begins, and [0, 0, 0] stands in where a place is needed.
   */
  origin?: Triple
  /** 3 x 3, row by row; the columns are the directions of x, y, z. @default identity if there is an origin, else not known */
  direction?: number[]
  /** How a NIfTI file said the above: written again as long as it still says so, that every reader lays a mask on its image. */
  nifti?: NiftiForms
}

/** Where voxels lie, without them. */
export type VolumeGrid = Pick<Volume, 'size' | 'spacing' | 'spacingUnit' | 'origin' | 'direction'>

export interface ImageVolume extends Volume<Float32Array> {
  /** Of what lies beyond its voxels, where a crop or a window shows more than there are. @default 0 */
  outside?: number
}

/** Labels are 0 (background), 1 (the first or only class), 2, … */
export type LabelVolume = Volume<Uint8Array>

/** One patient: the image and its reference segmentation on the same grid. */
export interface Case {
  id: string
  image: ImageVolume
  /** Further images on the same grid (T1, FLAIR …), where cases have several. */
  otherChannels?: readonly ImageVolume[]
  label: LabelVolume
}

/** A case as training sees it; an unlabelled one has no label at all. */
export interface TrainingCase {
  id: string
  image: ImageVolume
  otherChannels?: readonly ImageVolume[]
  label?: LabelVolume
}

export function voxelCount(size: Readonly<Triple>): number {
  return size[0] * size[1] * size[2]
}

/** @throws DUALSEG_SHAPE if the size is not three positive integers or does not fit the data */
export function checkVolume(volume: Volume, where: string): void {
  const { size, data } = volume
  if (size.length !== 3 || size.some((n) => !Number.isInteger(n) || n < 1)) {
    throw dataError(`${where}: size [${size}] is not three positive integers`, { code: 'DUALSEG_SHAPE' })
  }
  if (data.length !== voxelCount(size)) {
    throw dataError(
      `${where}: ${data.length} voxels do not fill size [${size}], which takes ${voxelCount(size)}; give size as [nx, ny, nz] of this data`,
      { code: 'DUALSEG_SHAPE' },
    )
  }
}
