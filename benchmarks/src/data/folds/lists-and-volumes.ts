import { join } from 'node:path'
import { caseIdsOf, type FoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from '../description'
import type { FoundVolumes } from '../find-volumes'
import { listsFolder } from './lists-of'
import type { Patients } from './patients'

/** More are counted, not named. */
const NAMED = 5

/** @throws DUALSEG_DATA if a case of the lists or its label is not there, with what to do */
export function expectCases(description: Description, lists: FoldLists, { root, ids, unlabelled }: FoundVolumes): void {
  const listed = caseIdsOf(lists)
  const missing = absentFrom(ids, listed)
  const { name, folds } = description
  const place = listsFolder(description)
  if (missing.length === 0) {
    const bare = new Set(unlabelled)
    const without = listed.filter((id) => bare.has(id))
    if (without.length === 0) return
    const label = join(root, description.files.label.replaceAll('{case}', without[0]!))
    const remedy =
      'count' in folds
        ? `the folds in ${place} were drawn from cases with labels: put them back, or delete ${place}, and folds are drawn anew`
        : `put them there, or take the cases out of the lists in ${place}: scans without labels that are in no list train as unlabelled in every fold`
    throw dualsegError(
      'DUALSEG_DATA',
      `${without.length} of ${listed.length} ${name} cases of the lists have no label: ${some(without)} (${label} is not there); ${remedy}`,
    )
  }
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
export function unlistedCases(description: Description, lists: FoldLists, { root, ids, unlabelled }: FoundVolumes): string[] {
  const listed = caseIdsOf(withUnlabelled(lists, { unlabelled }))
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

/** The lists with the cases that have no label, which every fold trains on that does not test their patients. */
export function withUnlabelled(
  lists: FoldLists,
  { unlabelled }: Pick<FoundVolumes, 'unlabelled'>,
  patients?: Patients,
): FoldLists {
  return unlabelled.length === 0 ? lists : { ...lists, unlabelled, ...(patients && { patients }) }
}

/** What is to be said of cases without labels. */
export function unlabelledCases({ ids, unlabelled }: FoundVolumes): string[] {
  if (unlabelled.length === 0) return []
  return [`${unlabelled.length} of ${ids.length} cases have no label: every fold trains on them as unlabelled, and tests none.`]
}

function absentFrom(there: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(there)
  return wanted.filter((id) => !known.has(id))
}

function some(ids: readonly string[]): string {
  return `${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''}`
}
