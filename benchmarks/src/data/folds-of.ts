import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FoldLists, makeFoldLists } from '@dualseg/data'
import { readFoldLists } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import type { Description } from './description'

/**
 * The folds of a data set: its lists, or k folds that are drawn from the cases once and written beside the description, so that they stay what they
 * are when cases are added.
 *
 * @param ids of the volumes that are there; undefined where none are
 * @returns undefined where folds would have to be drawn and there is nothing to draw from
 */
export async function foldsOf(description: Description, ids: readonly string[] | undefined): Promise<FoldLists | undefined> {
  const { folds, folder, name } = description
  if ('lists' in folds) {
    const lists = await readFoldLists(join(folder, folds.lists))
    const { ending } = folds
    return ending === undefined
      ? lists
      : { train: lists.train.map((list) => cut(list, ending, name)), test: lists.test.map((list) => cut(list, ending, name)) }
  }
  const place = join(folder, 'folds')
  if (existsSync(place)) return readFoldLists(place)
  if (ids === undefined) return undefined
  if (ids.length < folds.count)
    throw dualsegError('DUALSEG_DATA', `${name}: ${ids.length} cases cannot make ${folds.count} folds`)
  const lists = makeFoldLists(shuffled(ids, folds.seed), folds.count)
  writeLists(place, lists)
  console.error(
    `${folds.count} folds of ${ids.length} cases drawn with seed ${folds.seed} and written to ${place}; they stay as they are.`,
  )
  return lists
}

function cut(list: readonly string[], ending: string, name: string): string[] {
  return list.map((entry) => {
    if (!entry.endsWith(ending)) throw dualsegError('DUALSEG_DATA', `${name}: list entry ${entry} does not end in ${ending}`)
    return entry.slice(0, -ending.length)
  })
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

function writeLists(place: string, { train, test }: FoldLists): void {
  const beside = `${place}.${process.pid}.part`
  mkdirSync(beside, { recursive: true })
  try {
    for (const [kind, lists] of Object.entries({ train, test })) {
      for (const [fold, ids] of lists.entries()) writeFileSync(join(beside, `${kind}${fold}.list`), `${ids.join('\n')}\n`)
    }
    renameSync(beside, place)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}
