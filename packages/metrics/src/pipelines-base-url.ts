import { checkAddress } from './check-options.js'

// Not written as `new URL('…', import.meta.url)`: bundlers take that for a file that they are to pack.
const here = import.meta.url
let baseUrl: string | URL | undefined

/**
 * Sets the address of a folder with the pipeline files (`dist/pipelines` of this package), for pages that serve them instead of using the
 * worker that this package carries. Browser only.
 */
export function setPipelinesBaseUrl(url: string | URL): void {
  checkAddress(url, 'setPipelinesBaseUrl')
  baseUrl = url
}

/** Address of the pipeline files, if they are served. @default `pipelines/` beside this module, which holds while the package is served unbundled */
export function getPipelinesBaseUrl(): string | URL {
  return baseUrl ?? new URL(here.endsWith('.ts') ? '../pipelines' : './pipelines', here).href
}

/** Whether the address was set. */
export function hasPipelinesBaseUrl(): boolean {
  return baseUrl !== undefined
}
