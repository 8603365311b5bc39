let workerUrl: string | URL | null = null

/** Sets the address of itk-wasm's pipeline worker; `null` leaves it to itk-wasm (and its bundler). Browser only. */
export function setPipelineWorkerUrl(url: string | URL | null): void {
  workerUrl = url
}

/** Address of itk-wasm's pipeline worker. @default null */
export function getPipelineWorkerUrl(): string | URL | null {
  return workerUrl
}
