import { methods, seedMethods, twinOf } from '@dualseg/trainer'
import { chooseList } from './choose'

const NAMES = [...methods.keys()]

/** Supervised twins, one for all methods that share it under either protocol. */
const TWINS = [...methods.values()].flatMap((method) =>
  (['common', 'authors'] as const).flatMap((protocol) => twinOf(method, protocol)?.name ?? []),
)

/** What `--method` takes, for its help. */
export const METHOD_LIST = `seed (the ${seedMethods.length} of the first comparison), all, or a list of: ${NAMES.join(' ')}`

/** What a list of methods may have, groups too. */
export const METHOD_CHOICES: readonly string[] = ['seed', 'all', ...new Set([...NAMES, ...TWINS])]

/** The methods asked for, in the order asked; a supervised twin by its name, as `mt-twin`. */
export function chooseMethods(value: string): string[] {
  return chooseList('--method', value, [...new Set([...NAMES, ...TWINS])], { seed: seedMethods, all: NAMES })
}
