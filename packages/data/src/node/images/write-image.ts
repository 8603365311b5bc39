import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { dataError } from '../../data-error'
import type { Volume } from '../../volume'
import { writeNifti } from '../write-nifti'
import { toItkImage } from './itk-image'
import { optionalPackage } from './optional-package'

/**
 * Writes a volume with its origin, spacing and direction: NIfTI (`.nii`, `.nii.gz`), NRRD (`.nrrd`) or MetaImage (`.mha`), the last two compressed. The file
 * appears only when it is complete; folders are made as needed. NIfTI keeps geometry as float32, the others as text of full precision.
 *
 * @throws DUALSEG_SHAPE if size and data do not fit
 * @throws DUALSEG_VALUE for another ending
 */
export async function writeImage(path: string, volume: Volume): Promise<void> {
  if (/\.nii(\.gz)?$/i.test(path)) return writeNifti(path, volume)
  const ending = /\.(nrrd|mha)$/i.exec(path)?.[1]?.toLowerCase()
  if (ending === undefined) {
    throw dataError(`writeImage: ${path} ends in no format that is written, expected .nii, .nii.gz, .nrrd or .mha`, {
      code: 'DUALSEG_VALUE',
    })
  }
  const image = toItkImage(volume, `writeImage ${basename(path)}`)
  const imageIo = await optionalPackage('@itk-wasm/image-io', () => import('@itk-wasm/image-io'))
  const write = ending === 'nrrd' ? imageIo.nrrdWriteImageNode : imageIo.metaWriteImageNode
  const folder = dirname(resolve(path))
  await mkdir(folder, { recursive: true })
  const beside = join(folder, `.${randomUUID()}.${ending}`)
  try {
    const { couldWrite } = await write(image, beside, { useCompression: true })
    if (!couldWrite) throw dataError(`${path}: ITK could not write it`)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
