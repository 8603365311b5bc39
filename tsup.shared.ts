import type { Options } from 'tsup'

/** What every package's build shares; a package names only its entries and what is its own. */
export function library(entry: Options['entry'], own: Options = {}): Options {
  return { entry, format: 'esm', target: 'node20', sourcemap: true, clean: true, splitting: true, ...own }
}
