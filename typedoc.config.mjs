import { publishedFolders } from './scripts/pack-packages.mjs'

/** The API reference of every published package, in docs/api: `pnpm docs:api`. A package with more than one entry names them in its typedoc.json. */
export default {
  name: 'DualSeg',
  entryPointStrategy: 'packages',
  entryPoints: publishedFolders(),
  packageOptions: { entryPoints: ['src/index.ts'], excludeInternal: true, excludePrivate: true, gitRevision: 'main' },
  out: 'docs/api',
  readme: 'docs/README.md',
  includeVersion: true,
  hideGenerator: true,
  treatWarningsAsErrors: true,
}
