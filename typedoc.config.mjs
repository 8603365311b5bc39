import { publishedFolders } from './scripts/pack-packages.mjs'

/** The API reference of every published package, in docs/api: `pnpm docs:api`. A package with more than one entry names them in its typedoc.json. */
export default {
  name: 'DualSeg',
  entryPointStrategy: 'packages',
  entryPoints: publishedFolders(),
  packageOptions: {
    entryPoints: ['src/index.ts'],
    excludeInternal: true,
    excludePrivate: true,
    // Said here and not read from git's remote: a clone without one builds the same pages.
    gitRevision: 'main',
    sourceLinkTemplate: 'https://github.com/dualseg/dualseg/blob/{gitRevision}/{path}#L{line}',
  },
  out: 'docs/api',
  readme: 'docs/README.md',
  includeVersion: true,
  hideGenerator: true,
  treatWarningsAsErrors: true,
}
