import * as losses from '../src/index'

type AnyFunction = (...given: unknown[]) => unknown

/** Every function that the package exports, by name: a new one is in every table that is made of them. */
export const LOSSES: Readonly<Record<string, AnyFunction>> = Object.fromEntries(
  Object.entries(losses).filter(([, one]) => typeof one === 'function'),
) as unknown as Record<string, AnyFunction>
