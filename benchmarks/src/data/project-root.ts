import { join } from 'node:path'
import { isCheckout, packageRoot } from '../command-line/checkout'

/** Where the folder `datasets` with descriptions, fold lists and checksums lies: the checkout, or the package that was installed. */
export const projectRoot = isCheckout ? join(packageRoot, '..') : packageRoot
