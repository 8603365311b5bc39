/** A worker's built file: beside the built library, or in `dist` when the library runs from its sources (tests), since threads run no TypeScript. */
export function workerUrl(name: 'batch-worker' | 'case-worker'): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `../../dist/${name}.js` : `./${name}.js`, import.meta.url)
}
