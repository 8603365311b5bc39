import { dualsegError } from '@dualseg/kernels'

/** An array of the kit: row-major, channels last. Non-finite numbers are strings. */
export interface KitArray {
  shape: number[]
  data: (number | string)[]
}

/** The top level of a kit file, which must be an object with the fields named. */
export function kitFile(file: string, kit: unknown, ...fields: string[]): Record<string, unknown> {
  if (typeof kit !== 'object' || kit === null) throw dualsegError('DUALSEG_DATA', `${file}: expected a JSON object`)
  for (const field of fields) {
    if (!(field in kit)) throw dualsegError('DUALSEG_DATA', `${file}: has no field "${field}"; is this a conformance kit?`)
  }
  return kit as Record<string, unknown>
}

export function isKitArray(value: unknown): value is KitArray {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value
}

/** A number of the kit; "NaN", "Infinity" and "-Infinity" are written as strings there. */
export function kitNumber(value: unknown): number {
  return typeof value === 'string' ? Number(value) : (value as number)
}

export function kitNumbers(values: readonly unknown[]): Float64Array {
  return Float64Array.from(values, kitNumber)
}

/** A string of 0 and 1 as numbers. */
export function kitBits(bits: string): Uint8Array {
  return Uint8Array.from(bits, (bit) => (bit === '1' ? 1 : 0))
}
