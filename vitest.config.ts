import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const packages = [...readdirSync('packages').map((name) => `packages/${name}`), 'benchmarks']

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    projects: [
      ...packages.map((root) => ({
        root,
        resolve: { conditions: ['@dualseg/source'] },
        ssr: { resolve: { conditions: ['@dualseg/source'] } },
        test: {
          name: root.replace(/^.*\//, ''),
          // `auto` would measure, and take whatever this machine has.
          env: { DUALSEG_ENGINE: 'wasm' },
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          server: { deps: { inline: [/^@dualseg\//] } },
        },
      })),
      // What belongs to no package: the documents, the release.
      {
        test: {
          name: 'repository',
          env: { DUALSEG_ENGINE: 'wasm' },
          include: ['scripts/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/node_modules/**'],
        },
      },
    ],
  },
})
