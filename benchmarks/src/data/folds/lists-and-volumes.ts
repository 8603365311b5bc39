import { caseIdsOf, type FoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from '../description'
import type { FoundVolumes } from '../find-volumes'
import { listsFolder } from './lists-of'

/** More are counted, not named. */
const NAMED = 5

/** @throws DUALSEG_DATA if a case of the lists is not there, with what to do */
export function expectCases(description: Description, lists: FoldLists, { root, ids }: FoundVolumes): void {
  const listed = caseIdsOf(lists)
  const missing = absentFrom(ids, listed)
  if (missing.length === 0) return
  const { name, folds } = description
  const place = listsFolder(description)
  const remedy =
    'count' in folds
      ? `the folds in ${place} were drawn from them: put them back, or delete ${place}, and folds are drawn anew`
      : `put them there, or take them out of the lists in ${place}`
  throw dualsegError(
    'DUALSEG_DATA',
    `${missing.length} of ${listed.length} ${name} cases are not in ${root}: ${some(missing)}; ${remedy}`,
  )
}

/** What is to be said of cases that are there and in no list: nothing uses them. */
export function unlistedCases(description: Description, lists: FoldLists, { root, ids }: FoundVolumes): string[] {
  const listed = caseIdsOf(lists)
  const unlisted = absentFrom(listed, ids)
  if (unlisted.length === 0) return []
  const { folds } = description
  const place = listsFolder(description)
  const why =
    'count' in folds
      ? `the folds in ${place} were drawn from ${listed.length} others and stay as they are; to use these, delete ${place}, and folds are drawn anew (results on the old ones do not compare)`
      : `the lists in ${place} do not name them`
  return [`${unlisted.length} of ${ids.length} cases in ${root} are not used: ${some(unlisted)}; ${why}.`]
}

function absentFrom(there: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(there)
  return wanted.filter((id) => !known.has(id))
}

function some(ids: readonly string[]): string {
  return `${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''}`
}
