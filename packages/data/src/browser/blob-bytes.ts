import { latin1Text } from '../images/latin1-text'
import type { StoredBytes } from '../images/stored-bytes'

/**
 * The bytes of a file that somebody chose in a page.
 *
 * @param others that were chosen with it: a header's voxels may be one of them
 */
export function blobBytes(file: File, others: readonly File[]): StoredBytes {
  return {
    isGzipped: /\.gz$/i.test(file.name),
    size: async () => file.size,
    head: async (length) => new Uint8Array(await file.slice(0, length).arrayBuffer()),
    stream: (compression, start = 0) => piecesOf(file.slice(start), compression),
    beside(name) {
      const found = others.find((other) => other.name === name.replace(/^\.\//, ''))
      return found && blobBytes(found, others)
    },
    trouble: (error) =>
      isGone(error) ? 'cannot be read any more: it was moved or changed after it was chosen; choose it again' : undefined,
  }
}

async function* piecesOf(blob: Blob, compression: 'gzip' | 'zlib' | undefined): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip' && latin1Text(new Uint8Array(await blob.slice(0, 2).arrayBuffer())) !== '\x1f\x8b')
    throw new Error('it is not compressed by gzip')
  const stream: ReadableStream<Uint8Array> =
    compression === undefined
      ? blob.stream()
      : blob.stream().pipeThrough(new DecompressionStream(compression === 'zlib' ? 'deflate' : compression))
  // Not every browser iterates over streams.
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (isGone(error)) throw error
        // Browsers and Node say little, each in other words.
        throw new Error('its compressed stream does not end as it should, or is one of several pieces', { cause: error })
      })
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function isGone(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotReadableError'
}
