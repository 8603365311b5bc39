import { caseIdsOf, type FoldLists, makeFoldLists, phantomIds } from '@dualseg/data'
import type { Dataset } from '@dualseg/data/node'
import type { Description } from './description'
import { listsOf } from './folds/lists-of'
import { PHANTOM_SEED } from './locate-la'

/** What a phantom in a data set's place is called: never as the data set itself. */
export function phantomName(name: string): string {
  return name === 'la' ? 'phantom' : `${name}-phantom`
}

/** Phantoms in as many folds as the lists have, or in one split of their share. */
export async function phantomOf(description: Description): Promise<Dataset> {
  const { folds: asked, name } = description
  const lists = 'lists' in asked ? await listsOf(description) : undefined
  const folds =
    lists?.test.length === 1
      ? singleSplit(lists)
      : makeFoldLists(phantomIds().slice(0, lists?.test.flat().length), 'count' in asked ? asked.count : lists!.test.length)
  return { name: phantomName(name), source: { kind: 'phantom', seed: PHANTOM_SEED }, folds, ids: caseIdsOf(folds) }
}

function singleSplit(lists: FoldLists): FoldLists {
  const ids = phantomIds().slice(0, caseIdsOf(lists).length)
  const tested = Math.max(1, Math.round((ids.length * lists.test[0]!.length) / caseIdsOf(lists).length))
  return { train: [ids.slice(tested)], test: [ids.slice(0, tested)] }
}
