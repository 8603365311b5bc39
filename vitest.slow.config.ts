import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const packages = [...readdirSync('packages').map((name) => `packages/${name}`), 'benchmarks']

/** The suites that take minutes: `pnpm test:slow`. */
export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    passWithNoTests: true,
    fileParallelism: false,
    projects: [
      ...packages.map((root) => ({
        root,
        resolve: { conditions: ['@dualseg/source'] },
        ssr: { resolve: { conditions: ['@dualseg/source'] } },
        test: {
          name: root.replace(/^.*\//, ''),
          // `auto` would measure, and take whatever this machine has.
          env: { DUALSEG_ENGINE: 'wasm' },
          include: ['src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
          server: { deps: { inline: [/^@dualseg\//] } },
        },
      })),
      // What belongs to no package: the documents, the release.
      {
        test: {
          name: 'repository',
          env: { DUALSEG_ENGINE: 'wasm' },
          include: ['scripts/**/*.slow.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
