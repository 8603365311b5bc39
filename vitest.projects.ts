import { readdirSync } from 'node:fs'
import type { TestProjectConfiguration } from 'vitest/config'

const PACKAGES = [...readdirSync('packages').map((name) => `packages/${name}`), 'benchmarks']

/** Which files of every project are run, and how long one may take. */
export interface Suite {
  readonly files: '*.test.ts' | '*.slow.test.ts'
  readonly testTimeout: number
  readonly hookTimeout: number
}

/** One project a package, on the packages' sources, and one for what belongs to none: the documents, the release. */
export function projects({ files, ...timeouts }: Suite): TestProjectConfiguration[] {
  const shared = {
    // `auto` would measure, and take whatever this machine has.
    env: { DUALSEG_ENGINE: 'wasm' },
    exclude: [...(files === '*.test.ts' ? ['**/*.slow.test.ts'] : []), '**/node_modules/**'],
    ...timeouts,
  }
  return [
    ...PACKAGES.map((root) => ({
      root,
      resolve: { conditions: ['@dualseg/source'] },
      ssr: { resolve: { conditions: ['@dualseg/source'] } },
      test: {
        ...shared,
        name: root.replace(/^.*\//, ''),
        include: [`src/**/${files}`, `test/**/${files}`],
        server: { deps: { inline: [/^@dualseg\//] } },
      },
    })),
    { test: { ...shared, name: 'repository', include: [`scripts/**/${files}`] } },
  ]
}
