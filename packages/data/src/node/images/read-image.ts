import { realpath, stat } from 'node:fs/promises'
import { dataError } from '../../data-error'
import type { Volume } from '../../volume'
import { checkVoxels } from './check-voxels'
import { fileHead, gunzippedHead } from './file-head'
import { type ImageHeader, type Refuse, refusing } from './image-header'
import { fromItkImage } from './itk-image'
import { matchHeader } from './match-header'
import { readMetaHeader } from './meta-header'
import { NIFTI_HEADER_BYTES, readNiftiHeader } from './nifti-header'
import { readNrrdHeader } from './nrrd-header'
import { optionalPackage } from './optional-package'
import { readDicomFolder } from './read-dicom'
import { readH5Image } from './read-h5'

export type ImageFormat = 'nifti' | 'nrrd' | 'meta' | 'dicom' | 'h5'

/** A volume and what its file was. */
export interface FileVolume extends Volume {
  /** As given. */
  path: string
  format: ImageFormat
  /** Type of the stored voxels in ITK's words, such as `uint16`: a volume's own type may be wider. */
  storedType: string
}

export interface ReadImageOptions {
  /** Dataset of an HDF5 file. @default 'image' */
  dataset?: string
}

const FORMATS: readonly [RegExp, ImageFormat][] = [
  [/\.nii(\.gz)?$/i, 'nifti'],
  [/\.(nrrd|nhdr)$/i, 'nrrd'],
  [/\.(mha|mhd)$/i, 'meta'],
  [/\.(h5|hdf5)$/i, 'h5'],
]

/** The text headers that matter here end within this. */
const TEXT_HEADER_BYTES = 1 << 20

/** The format that a file's name stands for, or null. */
export function imageFormatOf(path: string): ImageFormat | null {
  return FORMATS.find(([name]) => name.test(path))?.[1] ?? null
}

/**
 * Reads a 3-D image: NIfTI (`.nii`, `.nii.gz`), NRRD (`.nrrd`, `.nhdr`), MetaImage (`.mha`, `.mhd`), a folder with one DICOM series (rescaled to its
 * units, such as HU), or a dataset of an HDF5 file laid out as the Left Atrium's (`.h5`: x, y, z, z fastest, deflated, no spacing).
 *
 * Geometry is ITK's: LPS, millimetres, `direction` with the axes as columns. Headers are tested against the bytes that are there before anything is
 * decoded, for decoders fill gaps with zeros. A NIfTI file without a unit and with spacing 1, 1, 1 counts as one without spacing.
 *
 * @throws DUALSEG_DATA naming the file, what was found, what was expected, and what to do
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<FileVolume> {
  // ITK resolves links in a file system of its own, where their targets do not exist.
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw dataError(`${path}: cannot be read (${error.code})`, { cause: error })
  })
  if ((await stat(real)).isDirectory()) return { path, format: 'dicom', ...(await readDicomFolder(real)) }
  const format = imageFormatOf(path)
  if (format === null) {
    throw dataError(
      `${path}: not a name that is known, expected .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd, .h5 or a folder with a DICOM series`,
    )
  }
  const refuse = refusing(path)
  if (format === 'h5') return { path, format, ...(await readH5Image(real, options.dataset ?? 'image', refuse)) }
  return { path, format, ...(await readByItk(real, format as 'nifti' | 'nrrd' | 'meta', refuse)) }
}

async function readByItk(
  path: string,
  format: 'nifti' | 'nrrd' | 'meta',
  refuse: Refuse,
): Promise<Volume & { storedType: string }> {
  const isGzipped = /\.gz$/i.test(path)
  const header = await readHeader(path, format, isGzipped, refuse)
  await checkVoxels(path, header, isGzipped, refuse)
  const imageIo = await optionalPackage('@itk-wasm/image-io', () => import('@itk-wasm/image-io'))
  const read = { nifti: imageIo.niftiReadImageNode, nrrd: imageIo.nrrdReadImageNode, meta: imageIo.metaReadImageNode }[format]
  const { couldRead, image } = await read(path).catch((error: unknown) => {
    throw refuse(`ITK cannot read it (${error instanceof Error ? error.message.trim() : `error ${error}`})`, error)
  })
  if (!couldRead || !image) throw refuse('ITK cannot read it; the file is damaged')
  return { ...matchHeader(fromItkImage(image, refuse), header, refuse), spacingUnit: header.spacingUnit }
}

async function readHeader(
  path: string,
  format: 'nifti' | 'nrrd' | 'meta',
  isGzipped: boolean,
  refuse: Refuse,
): Promise<ImageHeader> {
  if (format === 'nrrd') return readNrrdHeader(await fileHead(path, TEXT_HEADER_BYTES), refuse)
  if (format === 'meta') return readMetaHeader(await fileHead(path, TEXT_HEADER_BYTES), refuse)
  if (!isGzipped) return readNiftiHeader(await fileHead(path, NIFTI_HEADER_BYTES), refuse)
  const head = await gunzippedHead(path, NIFTI_HEADER_BYTES).catch((error: Error) => {
    throw refuse(`is damaged or cut off (${error.message}); get it again`, error)
  })
  return readNiftiHeader(head, refuse)
}
