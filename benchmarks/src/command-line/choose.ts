import { dualsegError } from '@dualseg/kernels'
import { closest, distance } from 'fastest-levenshtein'

/** `value` if it is one of `known`; otherwise an error that names the nearest right one and the list. */
export function choose<T extends string>(option: string, value: string, known: readonly T[]): T {
  if ((known as readonly string[]).includes(value)) return value as T
  if (known.length === 0) throw dualsegError('DUALSEG_USAGE', `${option} ${value}: there is nothing to choose from.`)
  const guess = nearest(value, known)
  const hint = guess === undefined ? '' : `did you mean ${guess}? `
  throw dualsegError('DUALSEG_USAGE', `${option} ${value}: ${hint}Known: ${known.join(', ')}.`)
}

/** A comma-separated list of known values, without repetitions; the name of a group stands for its members. */
export function chooseList<T extends string>(
  option: string,
  value: string,
  known: readonly T[],
  groups: Readonly<Record<string, readonly T[]>> = { all: known },
): T[] {
  const parts = value.split(',').map((part) => part.trim())
  if (parts.includes('')) throw dualsegError('DUALSEG_USAGE', `${option} ${value}: a name is empty; leave out one comma.`)
  return [...new Set(parts.flatMap((part) => (Object.hasOwn(groups, part) ? groups[part]! : choose(option, part, known))))]
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

/** One whole number within [low, high]. */
export function oneInteger(option: string, value: string, low: number, high: number): number {
  const values = chooseIntegers(option, value, low, high)
  if (values.length !== 1) throw dualsegError('DUALSEG_USAGE', `${option} ${value}: give one number.`)
  return values[0]!
}

/**
 * Refuses an option that the command does not have: a mistyped one must not be ignored in silence.
 *
 * @param given as typed, with its dashes
 */
export function refuseUnknownOption(given: string, isKnown: boolean, known: readonly string[]): void {
  if (isKnown) return
  const guess = nearest(given.replace(/^-+/, ''), known)
  const hint = guess === undefined ? '. ' : `; did you mean --${guess}? `
  const list = known.map((option) => `--${option}`).join(' ')
  throw dualsegError('DUALSEG_USAGE', `${given}: no such option${hint}Options: ${list}`)
}

/** The most similar of `known`, unless nothing is alike; upper and lower case do not count. */
function nearest(value: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const typed = value.toLowerCase()
  const candidate = closest(typed, [...known])
  const changes = distance(typed, candidate)
  return changes <= Math.max(2, Math.floor(candidate.length / 3)) && changes < candidate.length ? candidate : undefined
}
