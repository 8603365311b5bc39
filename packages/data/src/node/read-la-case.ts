import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { dataError } from '../data-error'
import { readLaBytes } from '../read-la-bytes'
import type { Case } from '../volume'
import { fileTrouble } from './file-error'
import { requirePath } from './require-path'

/**
 * Reads image and label of one Left Atrium case from its file.
 *
 * @param path of `<id>/mri_norm2.h5`
 * @throws DUALSEG_DATA as `readLaBytes`, or if the file is not there
 */
export async function readLaCase(path: string, options: { sha256?: string } = {}): Promise<Case> {
  requirePath(path, 'readLaCase')
  const id = basename(dirname(path))
  const { image, label } = await readLaBytes(await readCaseFile(path, id), { id, ...options })
  return { id, image: image!, label: label! }
}

/** @throws DUALSEG_DATA if the file cannot be read */
export async function readCaseFile(path: string, id: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw dataError(
      `LA case ${id}: ${path} ${fileTrouble(error) ?? 'cannot be read'}, and see datasets/la/README.md for how to get it`,
      {
        cause: error,
      },
    )
  }
}
