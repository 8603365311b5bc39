import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { link, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { dataError } from '../data-error'
import { fileError } from './file-error'
import { makeFolder } from './make-folder'

export interface WriteOptions {
  /** false: refuse where something is already, even if another process put it there a moment ago. @default true */
  readonly replace?: boolean
}

/** Writes a file that appears only when it is complete; folders are made as needed. */
export async function writeWhole(path: string, bytes: Uint8Array, { replace = true }: WriteOptions = {}): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`
  try {
    makeFolder(dirname(path))
    await writeFile(beside, bytes)
    if (replace) await rename(beside, path)
    else await moveWhereNothingIs(beside, path)
  } catch (error) {
    throw fileError(error, { path, code: 'DUALSEG_DISK' })
  } finally {
    await rm(beside, { force: true }).catch(() => {})
  }
}

/** A rename would replace what is there; a link is refused. */
async function moveWhereNothingIs(from: string, path: string): Promise<void> {
  try {
    await link(from, path)
  } catch (error) {
    const isThere = () => dataError(`${path} is there already; move it away, or give another place`, { code: 'DUALSEG_DISK' })
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere()
    // File systems of memory cards have no links: an empty file takes the name first.
    try {
      closeSync(openSync(path, 'wx'))
    } catch (claimed) {
      if ((claimed as NodeJS.ErrnoException).code === 'EEXIST') throw isThere()
      throw claimed
    }
    await rename(from, path)
  }
}
