import { defineConfig } from 'vitest/config'
import { projects } from './vitest.projects'

/** The suites that take minutes: `pnpm test:slow`. */
export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    passWithNoTests: true,
    fileParallelism: false,
    projects: projects({ files: '*.slow.test.ts', testTimeout: 3_600_000, hookTimeout: 600_000 }),
  },
})
