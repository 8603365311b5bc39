import { caseIdsOf, type FoldLists } from '@dualseg/data'
import { noteLines } from '../../command-line/note-lines'
import { expectedLists } from '../described-dataset'
import { type DescribedVolumes, describedVolumes, resampledScans } from '../described-volumes'
import type { Description } from '../description'
import { noVolumes } from '../find-volumes'
import { unlistedCases, withUnlabelled } from '../folds/lists-and-volumes'
import { type CheckedCase, type CheckOptions, checkCases, notedCases, refusals, usableCases } from './check-cases'
import { absentClasses, type ClassShare, classShares } from './class-shares'
import { leaks, sameImages } from './same-images'

/** A checked case and the fold that tests it; `train` where none does, `unlabelled` without a label, null where no list names it. */
export type ListedCase = CheckedCase & { readonly fold: number | 'train' | 'unlabelled' | null }

/** What a check found of a data set. */
export interface CheckedDataset {
  readonly cases: readonly ListedCase[]
  readonly classes: readonly ClassShare[]
  /** Cases with one image, two or more a group. */
  readonly sameImages: readonly (readonly string[])[]
  /** What one should know although nothing is wrong with it. */
  readonly notes: readonly string[]
  /** What training would be refused for. */
  readonly faults: readonly string[]
}

/** A data set's volumes and lists, found to belong together, before a volume is read. */
export interface OpenedDataset {
  readonly description: Description
  readonly volumes: DescribedVolumes
  /** Undefined where folds are still to be drawn. */
  readonly lists: FoldLists | undefined
  /** Of the lists, and those that are there and in no list. */
  readonly ids: readonly string[]
}

/** @throws DUALSEG_DATA if there are no volumes, or they and the lists do not belong together */
export async function openDataset(description: Description, data: string | undefined): Promise<OpenedDataset> {
  const volumes = await describedVolumes(description, data)
  if (volumes === null) throw noVolumes(description)
  const lists = await expectedLists(description, volumes)
  return { description, volumes, lists, ids: [...new Set([...(lists ? caseIdsOf(lists) : []), ...volumes.ids])] }
}

/** Reads every case of a data set and writes nothing: folds that are to be drawn are not. */
export async function checkDataset(
  { description, volumes, lists, ids }: OpenedDataset,
  options: CheckOptions = {},
): Promise<CheckedDataset> {
  const checked = await checkCases(volumes.source, ids, options)
  const bare = new Set(volumes.unlabelled)
  const place = (id: string) => (bare.has(id) ? 'unlabelled' : lists ? placeOf(id, lists) : null)
  const cases = checked.map((one) => ({ ...one, fold: place(one.id) }))
  const groups = sameImages(checked)
  const classes = classShares(volumes.source, usableCases(checked))
  const absent = absentClasses(classes)
  const ofFiles = [...resampledScans(volumes), ...noteLines(notedCases(usableCases(checked)))]
  if (lists === undefined) {
    const alike = groups.map((group) => `${group.join(' and ')} have the same image: folds are not drawn while both are there`)
    return { cases, classes, sameImages: groups, notes: ofFiles, faults: [...refusals(cases), ...alike, ...absent] }
  }
  const idle = cases.filter(({ fold }) => fold === null)
  return {
    cases,
    classes,
    sameImages: groups,
    notes: [...unlistedCases(description, lists, volumes), ...refusals(idle).map((reason) => `Not used: ${reason}`), ...ofFiles],
    faults: [
      ...refusals(cases.filter(({ fold }) => fold !== null)),
      ...leaks(groups, withUnlabelled(lists, volumes), [...lists.test.keys()]),
      ...absent,
    ],
  }
}

function placeOf(id: string, { train, test }: FoldLists): ListedCase['fold'] {
  const fold = test.findIndex((list) => list.includes(id))
  return fold >= 0 ? fold : train.some((list) => list.includes(id)) ? 'train' : null
}
