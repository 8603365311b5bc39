import { dualsegError } from '@dualseg/kernels'
import type { Triple } from './request'

/** The networks halve a patch four times. */
const MULTIPLE = 16
/** No scan is longer; what a machine holds is far less. */
const LONGEST = 1024

/**
 * `64x64x48,112x112x80`: patches along x, y, z.
 *
 * @throws DUALSEG_USAGE for anything that is not three multiples of 16
 */
export function readSizes(option: string, text: string): Triple[] {
  const sizes = text.split(',').map((part) => {
    const size = part.trim().split('x').map(lengthOf)
    if (size.length !== 3 || size.some((n) => !(n >= MULTIPLE && n <= LONGEST && n % MULTIPLE === 0))) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `${option} ${text}: "${part.trim()}" is not three multiples of ${MULTIPLE} up to ${LONGEST}, as in 64x64x48`,
      )
    }
    return size as unknown as Triple
  })
  return [...new Map(sizes.map((size) => [size.join('x'), size])).values()]
}

function lengthOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
