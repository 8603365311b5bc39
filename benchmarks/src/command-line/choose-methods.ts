import { methods, seedMethods } from '@dualseg/trainer'
import { chooseList } from './choose'

const NAMES = [...methods.keys()]

/** What `--method` takes, for its help. */
export const METHOD_LIST = `seed (the ${seedMethods.length} of the first comparison), all, or a list of: ${NAMES.join(' ')}`

/** The methods asked for, in the order asked. */
export function chooseMethods(value: string): string[] {
  return chooseList('--method', value, NAMES, { seed: seedMethods, all: NAMES })
}
