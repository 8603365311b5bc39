import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileError } from './file-error'
import { makeFolder } from './make-folder'

/** Writes a file that appears only when it is complete; folders are made as needed. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`
  try {
    makeFolder(dirname(path))
    await writeFile(beside, bytes)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw fileError(error, { path, code: 'DUALSEG_DISK' })
  }
}
