import { realpath, stat } from 'node:fs/promises'
import { dataError } from '../../data-error'
import { type ImageFormat, imageFormatOf } from '../../images/image-format'
import { type Refuse, refusing } from '../../images/image-header'
import { gridByHeader, readByHeader, readHeader } from '../../images/read-by-header'
import type { Volume, VolumeGrid } from '../../volume'
import { fileError } from '../file-error'
import { requirePath } from '../require-path'
import { fileBytes } from './file-bytes'
import { readDicomFolder, readSeries } from './read-dicom'
import { readH5Grid, readH5Image } from './read-h5'

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
  return { path, format, ...(await readByHeader(fileBytes(real, path), format, options.volume, refuse)) }
}

/** How many volumes an image file holds: more than one in a 4-D NIfTI file with a volume a channel. */
export async function countVolumes(path: string): Promise<number> {
  const { real, format, refuse } = await known(path)
  if (format === 'dicom' || format === 'h5') return 1
  return (await readHeader(fileBytes(real, path), format, refuse)).volumes ?? 1
}

/** Where the voxels of an image file lie, without reading them. */
export async function readGrid(path: string, options: ReadImageOptions = {}): Promise<VolumeGrid> {
  const { real, format, refuse } = await known(path)
  if (format === 'dicom') return (await readSeries(real, refuse)).grid
  if (format === 'h5') return readH5Grid(real, options.dataset ?? 'image', refuse)
  return gridByHeader(fileBytes(real, path), format, options.volume, refuse)
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
