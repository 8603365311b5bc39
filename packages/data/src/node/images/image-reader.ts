import type { Worker } from 'node:worker_threads'
import { type DataErrorCode, dataError } from '../../data-error'
import { startWorker } from '../start-worker'
import type { ImageReply, ImageRequest } from './image-worker'
import type { FileVolume, ReadImageOptions } from './read-image'

/**
 * `readImage` on a thread of its own: decoders work on the thread that calls them, and so the next image comes in while the last one is worked on.
 *
 * ```ts
 * const reader = new ImageReader()
 * const image = await reader.read('scan.nii.gz')
 * await reader.close()
 * ```
 */
export class ImageReader {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { path: string; resolve: (image: FileVolume) => void; reject: (error: Error) => void }>()
  #asked = 0

  constructor() {
    this.#worker = startWorker('image-worker', undefined)
    // An idle reader keeps no process alive.
    this.#worker.unref()
    this.#worker.on('message', (reply: ImageReply) => {
      const asked = this.#waiting.get(reply.number)
      this.#waiting.delete(reply.number)
      if (this.#waiting.size === 0) this.#worker.unref()
      if ('image' in reply) asked?.resolve(reply.image)
      else asked?.reject(dataError(reply.message, { code: reply.code as DataErrorCode }))
    })
    this.#worker.on('error', (error: Error) =>
      this.#fail((path) => dataError(`${path}: the reading thread failed: ${error.message}`, { cause: error })),
    )
    this.#worker.on('exit', () => this.#fail((path) => dataError(`${path}: the reading thread ended early`)))
  }

  /** @throws as `readImage` */
  read(path: string, options: ReadImageOptions = {}): Promise<FileVolume> {
    const number = ++this.#asked
    const image = new Promise<FileVolume>((resolve, reject) => this.#waiting.set(number, { path, resolve, reject }))
    this.#worker.ref()
    this.#worker.postMessage({ number, path, options } satisfies ImageRequest)
    return image
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(errorOf: (path: string) => Error): void {
    for (const { path, reject } of this.#waiting.values()) reject(errorOf(path))
    this.#waiting.clear()
  }
}
