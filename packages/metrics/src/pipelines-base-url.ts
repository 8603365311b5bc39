let baseUrl: string | URL | undefined

/** Sets the address of the folder that holds the pipeline files (`dist/pipelines` of this package). Browser only. */
export function setPipelinesBaseUrl(url: string | URL): void {
  baseUrl = url
}

/** Address of the pipeline files. @default `pipelines/` beside this module, which holds while the package is served unbundled */
export function getPipelinesBaseUrl(): string | URL {
  return baseUrl ?? new URL(import.meta.url.endsWith('.ts') ? '../pipelines' : './pipelines', import.meta.url).href
}
