import { readFile } from 'node:fs/promises'
import { dataError } from '../data-error'
import { fileError } from './file-error'
import { requirePath } from './require-path'

/** Byte-order marks, and what they stand for. */
const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/**
 * Text that editors of any system wrote: UTF-8 with or without a byte-order mark, or UTF-16 with one.
 *
 * @throws DUALSEG_DATA for a file that cannot be read or is no text
 */
export async function readText(path: string): Promise<string> {
  requirePath(path, 'readText')
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(error, { path })
  })
  return decodeText(bytes, path)
}

/** As `readText`, of bytes that are there already. */
export function decodeText(bytes: Uint8Array, path: string): string {
  const encoding = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1] ?? 'utf-8'
  try {
    // Drops the mark.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw dataError(`${path}: is no text in UTF-8; save it as UTF-8`, { cause })
  }
}
