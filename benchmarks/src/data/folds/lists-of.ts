import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FoldLists } from '@dualseg/data'
import { readFoldLists, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from '../description'

/** Where a data set's lists lie: those that are given, or those that are drawn once. */
export function listsFolder({ folds, folder }: Description): string {
  return join(folder, 'lists' in folds ? folds.lists : 'folds')
}

/**
 * The folds of a data set from its lists; no volume is looked at.
 *
 * @returns undefined where folds are still to be drawn
 */
export async function listsOf(description: Description): Promise<FoldLists | undefined> {
  const { folds, name } = description
  const place = listsFolder(description)
  if ('count' in folds) return isDrawn(place) ? readFoldLists(place) : undefined
  const lists = await readFoldLists(place)
  const ending = folds.ending?.normalize('NFC')
  if (ending === undefined) return lists
  const cut = (all: readonly string[][]) => all.map((list) => list.map((entry) => withoutEnding(entry, ending, name)))
  return { train: cut(lists.train), test: cut(lists.test) }
}

function isDrawn(place: string): boolean {
  return existsSync(place) && visibleNames(place).length > 0
}

function withoutEnding(entry: string, ending: string, name: string): string {
  if (!entry.endsWith(ending)) throw dualsegError('DUALSEG_DATA', `${name}: list entry ${entry} does not end in ${ending}`)
  return entry.slice(0, -ending.length)
}
