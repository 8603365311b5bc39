import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { projects } from './vitest.projects'

export default defineConfig({
  test: {
    // On two cores vitest would take one: half of what is tested is a command that computes on one thread.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    projects: projects({ files: '*.test.ts', testTimeout: 60_000, hookTimeout: 60_000 }),
  },
})
