import { fileURLToPath } from 'node:url'

/** The checkout this program was built in: fold lists and checksums lie there. Both `src` and `dist` are two levels below it. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
