import { dualsegError } from '@dualseg/kernels'
import type { CreateOptions, Initialisation } from './network'

const INITIALISATIONS: readonly Initialisation[] = ['kaiming', 'xavier', 'default']

/** The options shared by all networks, checked and with defaults. */
export function checkOptions(
  where: string,
  options: CreateOptions,
  defaults: { initialise: Initialisation; filters: number },
): { initialise: Initialisation; filters: number; dropout: number } {
  const { initialise = defaults.initialise, filters = defaults.filters, dropout = 0.5 } = options
  if (typeof options.random !== 'function') {
    throw dualsegError('DUALSEG_USAGE', `${where}: random is missing; pass (name) => a random stream for the starting values`)
  }
  if (!INITIALISATIONS.includes(initialise)) {
    const known = INITIALISATIONS.map((name) => `'${name}'`).join(', ')
    throw dualsegError('DUALSEG_VALUE', `${where}: initialise '${String(initialise)}' is unknown; choose one of ${known}`)
  }
  checkCount(where, 'filters', filters)
  if (!(dropout >= 0 && dropout < 1)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: dropout ${dropout} is no probability below 1; take 0 for none`)
  }
  return { initialise, filters, dropout }
}

/** A whole number of at least one. */
export function checkCount(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw dualsegError('DUALSEG_VALUE', `${where}: ${name} ${value} is not a positive whole number`)
}
