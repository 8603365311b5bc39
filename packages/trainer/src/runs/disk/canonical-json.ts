import { createHash } from 'node:crypto'
import { dualsegError } from '@dualseg/kernels'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * JSON with sorted keys and no spaces, so that equal values give equal bytes; members that are `undefined` are left out.
 *
 * @throws DUALSEG_VALUE for what JSON cannot hold (NaN, functions, ...), instead of writing null for it
 */
export function canonicalJson(value: unknown, path = '$'): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one, i) => canonicalJson(one, `${path}[${i}]`)).join(',')}]`
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, `${path}.${key}`)}`).join(',')}}`
  }
  throw dualsegError('DUALSEG_VALUE', `canonicalJson: ${path} is ${String(value)}, which JSON cannot hold; give plain data`)
}

/** The same with line breaks, for people. */
export function readableJson(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
