import { basename, dirname, resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'

/** Endings that an image's name goes without. */
const ENDINGS = /\.(nii\.gz|nii|nrrd|nhdr|mha|mhd|h5|hdf5)$/i

/**
 * A name for each image's results: that of its file or folder, and where several are called alike (`<case>/mri_norm2.h5`) that of the folder it lies in.
 *
 * @throws DUALSEG_USAGE if two would still get the same name
 */
export function outputNames(images: readonly string[]): string[] {
  const own = images.map((path) => basename(resolve(path)).replace(ENDINGS, ''))
  const names = own.map((name, i) =>
    own.indexOf(name) === own.lastIndexOf(name) && name !== 'mri_norm2' ? name : basename(dirname(resolve(images[i]!))),
  )
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (twice >= 0) {
    const [one, other] = [images[names.indexOf(names[twice]!)]!, images[twice]!].map((path) => resolve(path))
    if (one === other) throw dualsegError('DUALSEG_USAGE', `bench predict: ${one} is given twice; give it once`)
    throw dualsegError(
      'DUALSEG_USAGE',
      `bench predict: ${images[names.indexOf(names[twice]!)]} and ${images[twice]} would both be written as ${names[twice]}; call it once for each`,
    )
  }
  return names
}
