import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Hex } from '../src/sha256'
import { type LaFileOptions, laFile } from './la-file'
import { temporaryFolder } from './temporary-folder'

/** A fresh folder `<root>/<case>/mri_norm2.h5` with the SHA-256 of each file. */
export async function laFolder(cases: Record<string, LaFileOptions>): Promise<{ root: string; sha256: Record<string, string> }> {
  const root = await temporaryFolder()
  const sha256: Record<string, string> = {}
  for (const [id, options] of Object.entries(cases)) {
    const bytes = await laFile(options)
    await mkdir(join(root, id))
    await writeFile(join(root, id, 'mri_norm2.h5'), bytes)
    sha256[id] = await sha256Hex(bytes)
  }
  return { root, sha256 }
}
