import { caseIdsOf, type FoldLists } from '@dualseg/data'
import { type Dataset, laDataset } from '@dualseg/data/node'
import { type DescribedVolumes, describedVolumes, resampledScans } from './described-volumes'
import type { Description } from './description'
import { noVolumes } from './find-volumes'
import { drawOnce } from './folds/draw-once'
import { expectDrawn } from './folds/expect-drawn'
import { expectCases, unlabelledCases, unlistedCases, withUnlabelled } from './folds/lists-and-volumes'
import { listsFolder, listsOf } from './folds/lists-of'
import { expectPatientsApart, patientsOf } from './folds/patients'
import { phantomOf } from './phantom-of'
import { wholeFolds } from './whole-folds'

/**
 * A described data set with its volumes; of this checkout's, the built-in phantom in its folds and name where there are none. Folds that are to be drawn are
 * drawn at the first call with volumes.
 *
 * @throws DUALSEG_DATA if there are no volumes of a data set of one's own, a case of the lists is not there, or drawn folds are not those that the description asks for
 */
export async function describedDataset(description: Description, data: string | undefined): Promise<Dataset> {
  const { name } = description
  const volumes = await describedVolumes(description, data)
  if (volumes === null) {
    if (description.isBuiltIn) return phantomOf(description)
    throw noVolumes(description)
  }
  if (name === 'la') return laDataset(description.folder, volumes.root)
  const lists = (await expectedLists(description, volumes)) ?? (await drawOnce(description, volumes))
  const folds = withUnlabelled(lists, volumes, await patientsOf(description, volumes.ids))
  return {
    name,
    source: volumes.source,
    folds,
    ids: caseIdsOf(folds),
    preparation: volumes.preparation,
    inMillimetres: description.inMillimetres,
    notes: [...unlistedCases(description, folds, volumes), ...unlabelledCases(volumes), ...resampledScans(volumes)],
  }
}

/**
 * A described data set in one fold that trains on all that is there, whatever its lists say.
 *
 * @throws DUALSEG_DATA if there are no volumes
 */
export async function wholeDataset(
  description: Description,
  data: string | undefined,
  heldOut: readonly string[],
): Promise<Dataset> {
  const volumes = await describedVolumes(description, data)
  if (volumes === null) throw noVolumes(description)
  const bare = new Set(volumes.unlabelled)
  const labelled = volumes.ids.filter((id) => !bare.has(id))
  const folds = wholeFolds(labelled, volumes.unlabelled, heldOut)
  const patients = await patientsOf(description, volumes.ids)
  if (patients !== undefined) expectPatientsApart(folds, patients, '--hold-out')
  const { source, preparation } = volumes
  const { name, inMillimetres } = description
  return { name, source, folds, ids: caseIdsOf(folds), preparation, inMillimetres, notes: [] }
}

/**
 * The lists of a data set, tested against its description and against the volumes that are there.
 *
 * @returns undefined where folds are still to be drawn
 */
export async function expectedLists(description: Description, volumes: DescribedVolumes): Promise<FoldLists | undefined> {
  const lists = await listsOf(description)
  if (lists === undefined) return undefined
  const patients = await patientsOf(description, [...new Set([...caseIdsOf(lists), ...volumes.ids])])
  expectDrawn(description, lists, patients)
  expectCases(description, lists, volumes)
  if (patients !== undefined) expectPatientsApart(lists, patients, listsFolder(description))
  return lists
}
