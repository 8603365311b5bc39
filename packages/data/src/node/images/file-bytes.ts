import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { createGunzip, createInflate } from 'node:zlib'
import type { StoredBytes } from '../../images/stored-bytes'
import { fileError, fileTrouble } from '../file-error'

/**
 * The bytes of a file on a disk.
 *
 * @param named what its name says of it, where `path` is what a link leads to
 */
export function fileBytes(path: string, named = path): StoredBytes {
  return {
    isGzipped: /\.gz$/i.test(named),
    size: async () => (await stat(path)).size,
    head: (length) => fileHead(path, length),
    stream: (compression, start = 0) => fileStream(path, compression, start),
    beside(file) {
      const folder = dirname(path)
      const found = resolve(folder, file)
      return found.startsWith(folder + sep) ? fileBytes(found) : undefined
    },
    trouble: fileTrouble,
  }
}

/** @throws DUALSEG_DATA if it cannot be read */
async function fileHead(path: string, length: number): Promise<Uint8Array> {
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

function fileStream(path: string, compression: 'gzip' | 'zlib' | undefined, start: number): AsyncIterable<Uint8Array> {
  const source = createReadStream(path, { start, highWaterMark: 1 << 20 })
  if (!compression) return source
  const inflate = compression === 'gzip' ? createGunzip({ chunkSize: 1 << 20 }) : createInflate({ chunkSize: 1 << 20 })
  source.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => source.destroy())
  return source.pipe(inflate)
}
