import { found, metricsError } from './errors.js'

/** @throws DUALSEG_VALUE unless it is an object without other members than `names`: a misspelt option would silently be its default */
export function checkOptions(options: object, names: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw metricsError('DUALSEG_VALUE', `${where}: options is ${found(options)}, expected an object with ${names.join(', ')}`)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw metricsError('DUALSEG_VALUE', `${where}: options has '${unknown}', expected ${names.join(', ')}`)
  }
}

/** @throws DUALSEG_VALUE unless it is an address */
export function checkAddress(url: string | URL, where: string): void {
  if ((typeof url === 'string' && url !== '') || url instanceof URL) return
  throw metricsError('DUALSEG_VALUE', `${where}: url is ${found(url)}, expected an address`)
}

/** The options of every function that measures distances. */
export const MEASURE_OPTIONS = ['spacing', 'definition', 'tolerance', 'webWorker', 'empty'] as const
