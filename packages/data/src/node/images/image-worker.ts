import { parentPort } from 'node:worker_threads'
import { type FileVolume, type ReadImageOptions, readImage } from './read-image'

export interface ImageRequest {
  number: number
  path: string
  options: ReadImageOptions
}

export type ImageReply = { number: number; image: FileVolume } | { number: number; message: string; code: string }

parentPort!.on('message', async ({ number, path, options }: ImageRequest) => {
  try {
    const image = await readImage(path, options)
    const { buffer } = image.data
    // itk-wasm hands out shared memory, which needs no transfer and refuses one.
    parentPort!.postMessage({ number, image } satisfies ImageReply, buffer instanceof ArrayBuffer ? [buffer] : [])
  } catch (error) {
    const { message, code = 'DUALSEG_DATA' } = error as Error & { code?: string }
    parentPort!.postMessage({ number, message, code } satisfies ImageReply)
  }
})
