import { dualsegError, expectOptions, found } from '@dualseg/kernels'
import type { CreateOptions, Initialisation } from './network'

const INITIALISATIONS: readonly Initialisation[] = ['kaiming', 'xavier', 'default']

/** The names of {@link CreateOptions}. */
const SHARED = ['random', 'initialise', 'filters', 'dropout']

/** Refuses what is no object of options, and options that a network does not have: a misspelt one would silently be its default. */
export function checkOptionNames(where: string, options: CreateOptions, own: readonly string[]): void {
  expectOptions(where, options, [...SHARED, ...own])
}

/** The options shared by all networks, checked and with defaults. */
export function checkOptions(
  where: string,
  options: CreateOptions,
  defaults: { initialise: Initialisation; filters: number },
): { initialise: Initialisation; filters: number; dropout: number } {
  const { initialise = defaults.initialise, filters = defaults.filters, dropout = 0.5 } = options
  if (typeof options.random !== 'function') {
    throw dualsegError(
      'DUALSEG_USAGE',
      `${where}: random is ${found(options.random)}; pass (name) => a random stream for the starting values`,
    )
  }
  if (!INITIALISATIONS.includes(initialise)) {
    const known = INITIALISATIONS.map((name) => `'${name}'`).join(', ')
    throw dualsegError('DUALSEG_VALUE', `${where}: initialise ${found(initialise)} is unknown; choose one of ${known}`)
  }
  checkCount(where, 'filters', filters)
  if (!(typeof dropout === 'number' && dropout >= 0 && dropout < 1)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: dropout ${found(dropout)} is no probability below 1; take 0 for none`)
  }
  return { initialise, filters, dropout }
}

/** A whole number of at least one. */
export function checkCount(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw dualsegError('DUALSEG_VALUE', `${where}: ${name} ${found(value)} is not a positive whole number`)
}
