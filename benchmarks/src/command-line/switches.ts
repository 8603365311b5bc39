import { dualsegError } from '@dualseg/kernels'
import type { Method } from '@dualseg/trainer'
import { choose } from './choose'

/** Parts to switch off; every method asked for must have them. */
export function readSwitches(value: string, methods: readonly Method[]): string[] {
  const parts = [...new Set(value.split(',').map((part) => part.trim()))]
  for (const { name, switches } of methods) {
    const known = Object.keys(switches)
    if (known.length === 0) throw dualsegError('DUALSEG_USAGE', `--without ${value}: ${name} has no part to switch off.`)
    for (const part of parts) choose(`--without (${name})`, part, known)
  }
  return parts
}
