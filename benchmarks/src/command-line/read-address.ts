import { dualsegError } from '@dualseg/kernels'

/** A place in the web. @throws DUALSEG_USAGE for anything else */
export function readAddress(option: string, value: string): string {
  if (/^https?:\/\/[^/]/i.test(value)) return value
  throw dualsegError('DUALSEG_USAGE', `${option} ${value}: no address that begins with https:// or http://`)
}
