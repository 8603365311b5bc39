import { fileURLToPath } from 'node:url'

/** The checkout this program was built in: fold lists and checksums lie there. The bundle in `dist` is one level less below it than this file. */
export const projectRoot = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../..' : '../..', import.meta.url))
