import { defineConfig } from 'vitest/config'
import { projects } from './vitest.projects'

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    projects: projects({ files: '*.test.ts', testTimeout: 60_000, hookTimeout: 60_000 }),
  },
})
