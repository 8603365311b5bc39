import { dualsegError, found } from '@dualseg/kernels'

/** Throws DUALSEG_VALUE for what is no number, NaN and infinities, and for what lies below `least`. */
export function requireFinite(where: string, name: string, value: number, least = Number.NEGATIVE_INFINITY): void {
  if (!Number.isFinite(value) || value < least) {
    const bound = least === Number.NEGATIVE_INFINITY ? '' : ` of at least ${least}`
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected a finite number${bound}`)
  }
}

/** Throws DUALSEG_VALUE unless `value` is a finite number above zero. */
export function requirePositive(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected a finite number above 0`)
  }
}

/** Throws DUALSEG_VALUE unless `value` is a number from `low` to `high`. */
export function requireWithin(where: string, name: string, value: number, low: number, high: number): void {
  if (!(typeof value === 'number' && value >= low && value <= high)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected a number from ${low} to ${high}`)
  }
}

/** Throws DUALSEG_VALUE unless `value` is a whole number of at least `least`. */
export function requireCount(where: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected a whole number of at least ${least}`)
  }
}

/** Throws DUALSEG_SHAPE unless `data` is a row-major volume of `size`, DUALSEG_VALUE for what is no number in it. */
export function requireVolume(where: string, name: string, data: ArrayLike<number>, size: readonly number[]): void {
  requireArray(where, name, data)
  const isSize = Array.isArray(size) && size.length === 3 && size.every((n) => Number.isInteger(n) && n >= 1)
  if (!isSize || size[0]! * size[1]! * size[2]! !== data.length) {
    const came = Array.isArray(size) ? `[${size.map(found).join(',')}]` : found(size)
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: size ${came} does not match ${data.length} voxels; expected three axes whose product is that number`,
    )
  }
  requireEachNumber(where, name, data)
}

/** Throws DUALSEG_VALUE unless it is an array, typed or not. */
export function requireArray(where: string, name: string, data: ArrayLike<number>): void {
  if (!Array.isArray(data) && !(ArrayBuffer.isView(data) && 'length' in data)) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: ${name} is ${found(data)}; expected an array of numbers, of a tensor its dataSync()`,
    )
  }
}

/** Throws DUALSEG_VALUE for NaN and what is no number. Arrays of whole numbers can hold neither and are not looked at. */
function requireEachNumber(where: string, name: string, data: ArrayLike<number>): void {
  if (!(Array.isArray(data) || data instanceof Float32Array || data instanceof Float64Array)) return
  for (let i = 0; i < data.length; i++) {
    const value: unknown = data[i]
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw dualsegError('DUALSEG_VALUE', `${where}: ${name} holds ${found(value)} at ${i}; expected numbers`)
    }
  }
}
