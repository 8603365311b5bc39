import { type FoldLists, makeFoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import type { Patients } from './patients'

/** How folds are drawn: `folds` of a description. */
export interface Drawing {
  readonly count: number
  readonly seed: number
}

/**
 * Folds of cases in random order. The same cases, count and seed give the same folds.
 *
 * @param patients all scans of one are in one fold; folds are then as even as that allows
 */
export function drawFolds(ids: readonly string[], { count, seed }: Drawing, patients?: Patients): FoldLists {
  if (patients === undefined) return makeFoldLists(shuffled(ids, seed), count)
  const scans = new Map<string, string[]>()
  for (const id of [...ids].sort()) scans.set(patients.get(id)!, [...(scans.get(patients.get(id)!) ?? []), id])
  if (scans.size < count) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${ids.length} cases of ${scans.size} patients cannot make ${count} folds: all scans of a patient are in one`,
    )
  }
  const test = Array.from({ length: count }, (): string[] => [])
  // Those with most scans first, so that the others even it out.
  const order = shuffled([...scans.keys()], seed).sort((a, b) => scans.get(b)!.length - scans.get(a)!.length)
  for (const patient of order) {
    const smallest = test.reduce((least, fold) => (fold.length < least.length ? fold : least))
    smallest.push(...scans.get(patient)!)
  }
  return { test, train: test.map((_, fold) => test.filter((__, other) => other !== fold).flat()) }
}

/** Fisher and Yates. */
function shuffled(ids: readonly string[], seed: number): string[] {
  const stream = random(seed, 'folds', 0, 0)
  const order = [...ids].sort()
  for (let last = order.length - 1; last > 0; last--) {
    const other = stream.integer(0, last + 1)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
