import { isDeepStrictEqual } from 'node:util'
import { caseIdsOf, type FoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from '../description'
import { drawFolds } from './draw-folds'
import { listsFolder } from './lists-of'
import type { Patients } from './patients'

/**
 * Tests that drawn folds are those that the description asks for.
 *
 * @throws DUALSEG_DATA with what was drawn from what, and what to do
 */
export function expectDrawn(description: Description, lists: FoldLists, patients?: Patients): void {
  const { folds, name } = description
  if (!('count' in folds)) return
  const ids = caseIdsOf(lists)
  const place = listsFolder(description)
  const drawn = `the ${lists.test.length} folds of ${ids.length} cases in ${place}`
  const wanted = `dataset.json asks for ${folds.count} folds with seed ${folds.seed}`
  const remedy = `Delete ${place}, and folds are drawn anew (runs on the old ones stay, and are not comparable)`
  if (lists.test.length !== folds.count) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${name}: ${wanted}, but ${drawn} were drawn before. ${remedy}; or set count back to ${lists.test.length}.`,
    )
  }
  if (isDeepStrictEqual(lists, drawFolds(ids, folds, patients))) return
  throw dualsegError(
    'DUALSEG_DATA',
    `${name}: ${wanted}, but ${drawn} are others: drawn with another seed${patients ? ' or other patients' : ''}, or edited. ${remedy}; or keep them with "folds": { "lists": "folds" } in dataset.json.`,
  )
}
