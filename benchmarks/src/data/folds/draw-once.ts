import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import type { FoldLists } from '@dualseg/data'
import { type CaseSource, fileError, readFoldLists } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { type Job, workOff } from '../../command-line/progress'
import { type CheckedCase, checkCases, refusals, usableCases } from '../check/check-cases'
import { sameImages } from '../check/same-images'
import type { DescribedVolumes } from '../described-volumes'
import type { Description } from '../description'
import { type Drawing, drawFolds } from './draw-folds'
import { listsFolder } from './lists-of'
import { patientsOf } from './patients'
import { writeLists } from './write-lists'

/**
 * Draws folds from the cases that can be used and writes them beside the description, so that they stay what they are when cases are added. Of
 * several processes that draw at once, the first one's folds count.
 *
 * @throws DUALSEG_DATA if too few cases can be used or two of them have the same image, DUALSEG_DISK if the folds cannot be kept
 */
export async function drawOnce(description: Description, { source, ids }: DescribedVolumes): Promise<FoldLists> {
  const { name } = description
  const drawing = description.folds as Drawing
  const place = listsFolder(description)
  const keep = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw fileError(error, { path: place, where: `${name}: folds are drawn once and kept, but `, code: 'DUALSEG_DISK' })
    }
  }
  // Before all cases are read for nothing.
  keep(() => accessSync(dirname(place), constants.W_OK))
  const cases = await readAll(name, source, ids)
  for (const reason of refusals(cases)) console.error(`Left out of the folds: ${reason}`)
  const usable = usableCases(cases).filter(({ isLabelled }) => isLabelled)
  if (usable.length < drawing.count) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${name}: ${usable.length} cases that have a label and can be used (of ${ids.length}) cannot make ${drawing.count} folds`,
    )
  }
  const alike = sameImages(cases).map((group) => group.join(' and '))
  if (alike.length > 0) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${name}: ${alike.join(', ')} have the same image, and one could be tested while the other is trained on; take all but one away, then folds are drawn`,
    )
  }
  const lists = drawFolds(
    usable.map(({ id }) => id),
    drawing,
    await patientsOf(description, ids),
  )
  if (!keep(() => writeLists(place, lists))) return readFoldLists(place)
  console.error(
    `${drawing.count} folds of ${usable.length} cases drawn with seed ${drawing.seed} and written to ${place}; they stay as they are.`,
  )
  return lists
}

async function readAll(name: string, source: CaseSource, ids: readonly string[]): Promise<CheckedCase[]> {
  let cases: CheckedCase[] = []
  const job: Job = {
    title: `Folds of ${name} are drawn once, from cases that can be used: reading ${ids.length}`,
    run: async (report) => {
      cases = await checkCases(source, ids, { pictures: false, onProgress: (done, total) => report(`${done}/${total}`) })
      return undefined
    },
  }
  for (const error of (await workOff([job], { stopOnError: true })).values()) throw error
  return cases
}
