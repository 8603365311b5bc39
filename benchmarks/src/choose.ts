import { dualsegError } from '@dualseg/kernels'
import { closest, distance } from 'fastest-levenshtein'

/** `value` if it is one of `known`; otherwise an error that names the nearest right one and the list. */
export function choose<T extends string>(option: string, value: string, known: readonly T[]): T {
  if ((known as readonly string[]).includes(value)) return value as T
  throw dualsegError('DUALSEG_USAGE', `${option} ${value}: ${nearest(value, known)}Known: ${known.join(', ')}.`)
}

/** A comma-separated list of known values, without repetitions; `all` stands for `everything`. */
export function chooseList<T extends string>(option: string, value: string, known: readonly T[], everything: readonly T[]): T[] {
  if (value === 'all') return [...everything]
  const parts = value.split(',').map((part) => part.trim())
  return [...new Set(parts.map((part) => choose(option, part, known)))]
}

/** Comma-separated whole numbers within [low, high], without repetitions. */
export function chooseIntegers(option: string, value: string, low: number, high: number): number[] {
  const numbers = value.split(',').map((part) => {
    const text = part.trim()
    if (!/^\d+$/.test(text) || Number(text) < low || Number(text) > high) {
      throw dualsegError('DUALSEG_USAGE', `${option} ${value}: "${text}" is not a whole number from ${low} to ${high}.`)
    }
    return Number(text)
  })
  return [...new Set(numbers)]
}

/** Refuses options that the command does not have: a mistyped one must not be ignored in silence. */
export function refuseUnknownOptions(given: Iterable<string>, known: readonly string[]): void {
  for (const name of given) {
    if (!known.includes(name)) {
      const list = known.map((option) => `--${option}`).join(' ')
      throw dualsegError('DUALSEG_USAGE', `--${name}: no such option. ${nearest(name, known, '--')}Options: ${list}`)
    }
  }
}

function nearest(value: string, known: readonly string[], prefix = ''): string {
  if (known.length === 0) return ''
  const candidate = closest(value, [...known])
  return distance(value, candidate) <= Math.max(2, Math.floor(candidate.length / 2)) ? `did you mean ${prefix}${candidate}? ` : ''
}
