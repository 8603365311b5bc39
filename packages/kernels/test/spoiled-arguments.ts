/** What is put in the place of one part of a call's arguments. */
export interface Spoil {
  readonly what: string
  /** @param good what stands there; `SKIP` where the spoil would be just as good */
  readonly of: (good: unknown) => unknown
}

export const SKIP = Symbol('skip')

/** A call with one part spoilt; `what` names the part and what stands in its place. */
export interface SpoiltCall {
  readonly what: string
  readonly given: unknown[]
}

const plain = (what: string, value: unknown, isFine: (good: unknown) => boolean = () => false): Spoil => ({
  what,
  of: (good) => (isFine(good) ? SKIP : value),
})

/** What is wrong wherever it stands, whatever was expected. */
export const PLAIN_SPOILS: readonly Spoil[] = [
  plain('undefined', undefined),
  plain('null', null),
  plain('NaN', Number.NaN),
  plain('a number', -1.5),
  plain('infinity', Number.POSITIVE_INFINITY),
  plain('a text', 'x', (good) => typeof good === 'string'),
  plain('no text', '', (good) => typeof good === 'string'),
  plain('true', true, (good) => typeof good === 'boolean'),
  plain('an empty array', []),
  plain('an array', [1, 2]),
  plain('texts', ['a', 'b', 'c'], (good) => Array.isArray(good) && typeof good[0] === 'string'),
  plain('an object', {}),
  plain('another member', { unheardOf: 1 }),
  plain(
    'a function',
    () => undefined,
    (good) => typeof good === 'function',
  ),
  plain('a symbol', Symbol('s')),
  plain('a bigint', 5n),
  plain('bytes', new Uint8Array(3)),
]

/** Every call in which one argument, or one member of a plain object or array among them, is spoilt. */
export function* spoiltCalls(given: readonly unknown[], spoils: readonly Spoil[]): Generator<SpoiltCall> {
  for (const [path, rebuild, good] of places(given)) {
    for (const { what, of } of spoils) {
      const value = of(good)
      if (value !== SKIP) yield { what: `${path.join('.')}: ${what}`, given: rebuild(value) as unknown[] }
    }
  }
}

type Place = [path: (string | number)[], rebuild: (value: unknown) => unknown, good: unknown]

function* places(container: unknown): Generator<Place> {
  const isList = Array.isArray(container)
  if (!isList && !isPlainObject(container)) return
  for (const [key, good] of Object.entries(container as object)) {
    const name = isList ? Number(key) : key
    const rebuilt = (value: unknown) => {
      const copy = isList ? [...(container as unknown[])] : { ...(container as object) }
      ;(copy as Record<string, unknown>)[key] = value
      return copy
    }
    yield [[name], rebuilt, good]
    for (const [path, rebuild, inner] of places(good)) yield [[name, ...path], (value) => rebuilt(rebuild(value)), inner]
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The code of what a call throws; undefined if it throws nothing. */
export async function codeOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return code?.startsWith('DUALSEG_') ? code : `not ours: ${message}`
  }
}
