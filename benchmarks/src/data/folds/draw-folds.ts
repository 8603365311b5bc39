import { type FoldLists, makeFoldLists } from '@dualseg/data'
import { random } from '@dualseg/kernels/random'

/** How folds are drawn: `folds` of a description. */
export interface Drawing {
  readonly count: number
  readonly seed: number
}

/** Folds of cases in random order. The same cases, count and seed give the same folds. */
export function drawFolds(ids: readonly string[], { count, seed }: Drawing): FoldLists {
  return makeFoldLists(shuffled(ids, seed), count)
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
