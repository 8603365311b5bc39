import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dataError } from '../data-error'
import { checkFoldLists, type FoldLists, parseFoldList } from '../fold'
import { fileTrouble } from './file-error'
import { readText } from './read-text'
import { requirePath } from './require-path'

/** A fold's number, or none for a single split, as UA-MT, SSL4MIS, BCP, DTC and MC-Net ship it. */
const LIST = /^(?:train|test)(\d*\.list|\.txt)$/

/**
 * Reads `train0.list`, `test0.list`, `train1.list` … of a folder, or the one `train.list` and `test.list` (or `.txt`), and checks that they belong together.
 *
 * @throws DUALSEG_DATA if a list is missing, empty, names a case twice, or the lists overlap
 */
export async function readFoldLists(folder: string, options: { caseCount?: number } = {}): Promise<FoldLists> {
  requirePath(folder, 'readFoldLists')
  const names = await readdir(folder).catch((error: unknown) => {
    throw dataError(`${folder} ${fileTrouble(error)}; it should hold ${EXPECTED}`, { cause: error })
  })
  const pairs = pairsOf(names, folder)
  const read = (kind: 'train' | 'test') =>
    Promise.all(
      pairs.map(async (pair) => {
        const path = join(folder, pair[kind])
        return parseFoldList(await readText(path), path)
      }),
    )
  const lists = { train: await read('train'), test: await read('test') }
  checkFoldLists(lists, { name: folder, ...options })
  return lists
}

const EXPECTED = 'train0.list and test0.list, train1.list …, or one train.list and test.list'

function pairsOf(names: readonly string[], folder: string): { train: string; test: string }[] {
  const found = names.filter((name) => LIST.test(name)).sort()
  const endings = [...new Set(found.map((name) => LIST.exec(name)![1]!))]
  if (endings.length === 0) throw dataError(`${folder} holds no lists; expected ${EXPECTED}`)
  const single = endings.find((ending) => ending.startsWith('.'))
  if (single !== undefined && endings.length > 1) {
    throw dataError(`${folder} holds lists of more than one kind (${found.join(', ')}); leave ${EXPECTED}`)
  }
  return endings.map((_, fold) => {
    const ending = single ?? `${fold}.list`
    const pair = { train: `train${ending}`, test: `test${ending}` }
    const missing = Object.values(pair).find((name) => !found.includes(name))
    if (missing === undefined) return pair
    throw dataError(`${join(folder, missing)} is missing, though the folder holds ${found.join(', ')}`)
  })
}
