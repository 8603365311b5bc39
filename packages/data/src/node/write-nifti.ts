import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { encodeNifti } from '../encode-nifti'
import type { Volume } from '../volume'
import { requirePath } from './require-path'
import { type WriteOptions, writeWhole } from './write-whole'

/** Byte 9 of gzip names the operating system; 255 is «unknown», so that every machine writes the same bytes. */
const GZIP_SYSTEM = 9
const SYSTEM_UNKNOWN = 255

/**
 * Writes a volume as NIfTI-1, compressed if the name ends in `.gz`; the file appears only when it is complete. Folders are made as needed.
 *
 * @param options.replace see {@link WriteOptions}
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export async function writeNifti(
  path: string,
  volume: Volume,
  options: { description?: string } & WriteOptions = {},
): Promise<void> {
  requirePath(path, 'writeNifti')
  let bytes: Uint8Array = encodeNifti(volume, options)
  if (path.endsWith('.gz')) {
    bytes = await promisify(gzip)(bytes)
    bytes[GZIP_SYSTEM] = SYSTEM_UNKNOWN
  }
  await writeWhole(path, bytes, options)
}
