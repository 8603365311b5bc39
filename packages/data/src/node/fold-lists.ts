import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataError } from '../data-error'
import { checkFoldLists, type FoldLists, parseFoldList } from '../fold'

/**
 * Reads `train0.list`, `test0.list`, `train1.list` … of a folder and checks that they belong together.
 *
 * @throws DUALSEG_DATA if a list is missing, empty, names a case twice, or the lists overlap
 */
export async function readFoldLists(folder: string, options: { caseCount?: number } = {}): Promise<FoldLists> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw dataError(`readFoldLists: cannot read ${folder}; it should hold train0.list, test0.list …`, { cause: error })
  })
  const foldCount = names.filter((name) => /^test\d+\.list$/.test(name)).length
  const read = (kind: 'train' | 'test') =>
    Promise.all(
      Array.from({ length: foldCount }, async (_, fold) => {
        const path = join(folder, `${kind}${fold}.list`)
        const text = await readFile(path, 'utf8').catch((error: unknown) => {
          throw dataError(`readFoldLists: ${path} is missing, though the folder holds ${foldCount} test lists`, { cause: error })
        })
        return parseFoldList(text, path)
      }),
    )
  const lists = { train: await read('train'), test: await read('test') }
  checkFoldLists(lists, { name: folder, ...options })
  return lists
}
