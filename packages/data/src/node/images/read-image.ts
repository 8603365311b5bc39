import { realpath, stat } from 'node:fs/promises'
import { dataError } from '../../data-error'
import { type Volume, type VolumeGrid, voxelCount } from '../../volume'
import { fileError, fileTrouble } from '../file-error'
import { requirePath } from '../require-path'
import { fileHead, gunzippedHead } from './file-head'
import { type ImageFormat, imageFormatOf } from './image-format'
import { type ImageHeader, type Refuse, refusing } from './image-header'
import { readMetaHeader } from './meta-header'
import { NIFTI_HEADER_BYTES, readNiftiHeader } from './nifti-header'
import { readNrrdHeader } from './nrrd-header'
import { readDicomFolder, readSeries } from './read-dicom'
import { readH5Grid, readH5Image } from './read-h5'
import { readVoxels } from './read-voxels'
import { bytesOf } from './stored-voxels'

/** A volume and what its file was. */
export interface FileVolume extends Volume {
  /** As given. */
  path: string
  format: ImageFormat
  /** Type of the stored voxels, such as `uint16`: a volume's own type may be wider. */
  storedType: string
  /** What one should know of the file, each to be read behind its name: `scan.nii has …`. */
  notes: string[]
}

export interface ReadImageOptions {
  /** Dataset of an HDF5 file. @default 'image' */
  dataset?: string
  /** Which volume of a 4-D NIfTI file, from 0. @default the file has one */
  volume?: number
}

/** The text headers that matter here end within this. */
const TEXT_HEADER_BYTES = 1 << 20

/**
 * Reads a 3-D image: NIfTI (`.nii`, `.nii.gz`), NRRD (`.nrrd`, `.nhdr`), MetaImage (`.mha`, `.mhd`), a folder with one DICOM series (rescaled to its
 * units, such as HU), or a dataset of an HDF5 file laid out as the Left Atrium's (`.h5`: x, y, z, z fastest, no spacing).
 *
 * Geometry is LPS, millimetres, `direction` with the axes as columns. A file that does not say where its axes run gives a volume without origin and direction,
 * one that does not say its spacing a `spacingUnit` of `voxel`; `notes` say so.
 *
 * @throws DUALSEG_DATA naming the file, what was found, what was expected, and what to do
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<FileVolume> {
  requirePath(path, 'readImage')
  const { real, format, refuse } = await known(path)
  if (format === 'dicom') return { path, format, ...(await readDicomFolder(real, refuse)) }
  if (format === 'h5') return { path, format, ...(await readH5Image(real, options.dataset ?? 'image', refuse)) }
  return { path, format, ...(await readByHeader(real, format, options, isGzipped(path), refuse)) }
}

/** How many volumes an image file holds: more than one in a 4-D NIfTI file with a volume a channel. */
export async function countVolumes(path: string): Promise<number> {
  const { real, format, refuse } = await known(path)
  if (format === 'dicom' || format === 'h5') return 1
  return (await readHeader(real, format, isGzipped(path), refuse)).volumes ?? 1
}

/** Where the voxels of an image file lie, without reading them. */
export async function readGrid(path: string, options: ReadImageOptions = {}): Promise<VolumeGrid> {
  const { real, format, refuse } = await known(path)
  if (format === 'dicom') return (await readSeries(real, refuse)).grid
  if (format === 'h5') return readH5Grid(real, options.dataset ?? 'image', refuse)
  return ofVolume(await readHeader(real, format, isGzipped(path), refuse), options, refuse).grid
}

async function known(path: string): Promise<{ real: string; format: ImageFormat; refuse: Refuse }> {
  // A header's folder is where it really lies: its voxels may be a file beside it.
  const real = await realpath(path).catch((error: unknown) => {
    throw fileError(error, { path })
  })
  const refuse = refusing(path)
  if ((await stat(real)).isDirectory()) return { real, format: 'dicom', refuse }
  const format = imageFormatOf(path)
  if (format === null) {
    throw dataError(
      `${path}: not a name that is known, expected .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd, .h5 or a folder with a DICOM series`,
    )
  }
  return { real, format, refuse }
}

type HeaderFormat = Exclude<ImageFormat, 'dicom' | 'h5'>

async function readByHeader(
  path: string,
  format: HeaderFormat,
  options: ReadImageOptions,
  isGzipped: boolean,
  refuse: Refuse,
): Promise<Omit<FileVolume, 'path' | 'format'>> {
  const header = ofVolume(await readHeader(path, format, isGzipped, refuse), options, refuse)
  const data = await readVoxels(path, header, isGzipped, refuse)
  const { grid, type, nifti, notes } = header
  return { data, ...grid, storedType: type, notes, ...(nifti && { nifti }) }
}

async function readHeader(path: string, format: HeaderFormat, isGzipped: boolean, refuse: Refuse): Promise<ImageHeader> {
  if (format === 'nrrd') return readNrrdHeader(await fileHead(path, TEXT_HEADER_BYTES), refuse)
  if (format === 'meta') return readMetaHeader(await fileHead(path, TEXT_HEADER_BYTES), refuse)
  if (!isGzipped) return readNiftiHeader(await fileHead(path, NIFTI_HEADER_BYTES), refuse)
  const head = await gunzippedHead(path, NIFTI_HEADER_BYTES).catch((error: Error) => {
    throw refuse(fileTrouble(error) ?? `is damaged or cut off (${error.message}); get it again`, error)
  })
  return readNiftiHeader(head, refuse)
}

/** The header of one volume of a file. */
function ofVolume(header: ImageHeader, { volume }: ReadImageOptions, refuse: Refuse): ImageHeader {
  const { volumes = 1, voxels, grid, type } = header
  if (volume === undefined && volumes > 1) {
    throw refuse(
      `holds 4 axes [${grid.size},${volumes}], expected one 3-D image; if they are channels of one scan, its data set says so (docs/how-to/data-set.md), else split them into files of their own`,
    )
  }
  if (volume === undefined) return header
  if (!Number.isInteger(volume) || volume < 0 || volume >= volumes)
    throw refuse(`holds ${volumes} ${volumes === 1 ? 'volume' : 'volumes'}, expected a volume ${volume} (counted from 0)`)
  const bytes = voxelCount(grid.size) * bytesOf(type)
  return { ...header, voxels: { ...voxels, offset: voxels.offset + volume * bytes, behind: (volumes - 1 - volume) * bytes } }
}

function isGzipped(path: string): boolean {
  return /\.gz$/i.test(path)
}
