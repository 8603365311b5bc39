import { dataError } from '../../data-error'
import type { Volume } from '../../volume'
import { requirePath } from '../require-path'
import { writeNifti } from '../write-nifti'
import { type WriteOptions, writeWhole } from '../write-whole'
import { encodeMeta } from './encode-meta'
import { encodeNrrd } from './encode-nrrd'

/**
 * Writes a volume with its origin, spacing and direction: NIfTI (`.nii`, `.nii.gz`), NRRD (`.nrrd`) or MetaImage (`.mha`), the last two compressed. What is not
 * known of its place is not written either. The file appears only when it is complete; folders are made as needed. NIfTI keeps geometry as float32, the others
 * as text of full precision.
 *
 * @param options.description into the header: `descrip` of NIfTI (79 characters), `content` of NRRD, `Comment` of MetaImage
 * @param options.replace see {@link WriteOptions}
 * @throws DUALSEG_SHAPE if size and data do not fit
 * @throws DUALSEG_VALUE for another ending
 */
export async function writeImage(
  path: string,
  volume: Volume,
  options: { description?: string } & WriteOptions = {},
): Promise<void> {
  requirePath(path, 'writeImage')
  if (/\.nii(\.gz)?$/i.test(path)) return writeNifti(path, volume, options)
  if (/\.nrrd$/i.test(path)) return writeWhole(path, encodeNrrd(volume, options), options)
  if (/\.mha$/i.test(path)) return writeWhole(path, encodeMeta(volume, options), options)
  throw dataError(`writeImage: ${path} ends in no format that is written, expected .nii, .nii.gz, .nrrd or .mha`, {
    code: 'DUALSEG_VALUE',
  })
}
