import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip, createInflate } from 'node:zlib'
import { fileError } from '../file-error'

/**
 * A file's first bytes.
 *
 * @throws DUALSEG_DATA if it cannot be read
 */
export async function fileHead(path: string, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error, { path })
  }
}

/** The first bytes of what a gzip file holds. */
export async function gunzippedHead(path: string, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let found = 0
  for await (const part of fileStream(path, 'gzip')) {
    parts.push(part)
    found += part.length
    if (found >= length) break
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** A file's bytes from `start` on, decompressed if asked; the checksum of the compressed stream is tested on the way. */
export function fileStream(path: string, compression: 'gzip' | 'zlib' | undefined, start = 0): AsyncIterable<Uint8Array> {
  const source = createReadStream(path, { start, highWaterMark: 1 << 20 })
  if (!compression) return source
  const inflate = compression === 'gzip' ? createGunzip({ chunkSize: 1 << 20 }) : createInflate({ chunkSize: 1 << 20 })
  source.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => source.destroy())
  return source.pipe(inflate)
}
