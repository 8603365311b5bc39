import { dualsegError, found } from '@dualseg/kernels'

/** Throws DUALSEG_VALUE unless it is an object without other members than those named: a misspelt option would silently be its default. */
export function requireOptions(where: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: options is ${found(options)}; expected an object with ${names.join(', ')}`)
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw dualsegError('DUALSEG_VALUE', `${where}: options has '${name}'; expected ${names.join(', ')}`)
    }
  }
}

/** Throws DUALSEG_VALUE unless `value` is one of those listed. */
export function requireOneOf(where: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected ${allowed.map(found).join(' or ')}`)
  }
}
