import { dataError } from '../data-error'
import { imageFormatOf } from '../images/image-format'
import { refusing } from '../images/image-header'
import { type DecodedVolume, readByHeader } from '../images/read-by-header'
import { blobBytes } from './blob-bytes'
import { readDicomFiles } from './read-dicom-files'

export interface ReadImageFilesOptions {
  /** Which volume of a 4-D NIfTI file, from 0. @default the file has one */
  readonly volume?: number
  /** Where the page serves the folder `dist/pipelines` of `@itk-wasm/dicom`; DICOM series need it. */
  readonly pipelinesBaseUrl?: string
}

/** A volume and what its files were. */
export interface ChosenVolume extends DecodedVolume {
  /** Of the image file, or of the series' first file. */
  readonly name: string
  readonly format: 'nifti' | 'nrrd' | 'meta' | 'dicom'
}

/**
 * Reads one 3-D image from the files that somebody chose or dropped in a page: a NIfTI, NRRD or MetaImage file, with its file of voxels where that is another one,
 * or the slices of a DICOM series. What it reads, and refuses, is what `readImage` of `@dualseg/data/node` does; a gzip file must be of one piece.
 *
 * @throws DUALSEG_DATA naming the file, what was found, what was expected, and what to do
 */
export async function readImageFiles(files: readonly File[], options: ReadImageFilesOptions = {}): Promise<ChosenVolume> {
  const visible = files.filter(({ name }) => !name.startsWith('.'))
  const images = visible.filter(({ name }) => imageFormatOf(name) !== null)
  const [image, ...others] = images
  if (image === undefined) return readDicomFiles(visible, options.pipelinesBaseUrl)
  if (others.length > 0)
    throw dataError(`${images.map(({ name }) => name).join(', ')} are ${images.length} images, expected one; choose one of them`)
  const { name } = image
  const format = imageFormatOf(name)
  if (format === 'h5' || format === 'dicom' || format === null)
    throw dataError(`${name}: HDF5 files are not read in a page; convert it to NIfTI, NRRD or MetaImage, or use bench predict`)
  return { name, format, ...(await readByHeader(blobBytes(image, visible), format, options.volume, refusing(name))) }
}
