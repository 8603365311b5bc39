import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from './file-error'
import { requirePath } from './require-path'
import { visibleNames } from './visible-names'
import { voxelFileOf } from './voxel-file'

/**
 * SHA-256 (hex) of a file; of a folder (a DICOM series) over its files' names and sums.
 *
 * @throws DUALSEG_DATA if one of them cannot be read
 */
export async function sha256OfPath(path: string): Promise<string> {
  requirePath(path, 'sha256OfPath')
  try {
    return await sumOf(path)
  } catch (error) {
    throw fileError(error)
  }
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  if ((await stat(path)).isDirectory()) {
    for (const name of visibleNames(path)) hash.update(`${await sumOf(join(path, name))}  ${name}\n`)
  } else {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  }
  return hash.digest('hex')
}

/** The same of an image; one whose voxels are a file beside its header is both. */
export async function sha256OfImage(path: string): Promise<string> {
  requirePath(path, 'sha256OfImage')
  const sum = await sha256OfPath(path)
  const voxels = await voxelFileOf(path)
  if (voxels === undefined) return sum
  return createHash('sha256')
    .update(`${sum}\n${await sha256OfPath(voxels)}`)
    .digest('hex')
}
