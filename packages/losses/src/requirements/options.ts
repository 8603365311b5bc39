import { dualsegError, found } from '@dualseg/kernels'

/** Throws DUALSEG_VALUE unless `value` is one of those listed. */
export function requireOneOf(where: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}; expected ${allowed.map(found).join(' or ')}`)
  }
}
