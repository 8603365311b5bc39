import { fileURLToPath } from 'node:url'

/** Where the built scripts and styles of pages lie: beside the program; from its sources, in `dist`. */
export const reportAssets = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/report' : './report', import.meta.url),
)
