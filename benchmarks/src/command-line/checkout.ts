import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this program's package.json. The bundles in `dist` are one level less below it than this file. */
export const packageRoot = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '..', import.meta.url))

/** Whether it lies in a checkout of its repository, where its folder is `benchmarks`; from npm it comes as `@dualseg/bench`. */
export const isCheckout = basename(packageRoot) === 'benchmarks'
