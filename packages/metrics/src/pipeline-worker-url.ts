import { checkAddress } from './check-options.js'

let workerUrl: string | URL | null = null

/**
 * Sets the address of itk-wasm's pipeline worker, for pages that forbid workers from `blob:` addresses; `null` goes back to the worker that
 * this package carries. The pipeline files are then loaded from `setPipelinesBaseUrl`'s address. Browser only.
 */
export function setPipelineWorkerUrl(url: string | URL | null): void {
  if (url !== null) checkAddress(url, 'setPipelineWorkerUrl')
  workerUrl = url
}

/** Address of itk-wasm's pipeline worker. @default null, which stands for the worker that this package carries */
export function getPipelineWorkerUrl(): string | URL | null {
  return workerUrl
}
