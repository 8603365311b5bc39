import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FoldLists } from '@dualseg/data'

/**
 * Writes `train0.list`, `test0.list` … into a new folder, which appears as a whole.
 *
 * @returns false if another process was first: its lists count
 */
export function writeLists(place: string, { train, test }: FoldLists): boolean {
  const beside = `${place}.${randomUUID()}.part`
  try {
    mkdirSync(beside, { recursive: true })
    for (const [kind, lists] of Object.entries({ train, test })) {
      for (const [fold, ids] of lists.entries()) writeFileSync(join(beside, `${kind}${fold}.list`), `${ids.join('\n')}\n`)
    }
    renameSync(beside, place)
    return true
  } catch (error) {
    // A folder with something in it is never replaced: ENOTEMPTY or EEXIST, EPERM on Windows.
    if ((error as NodeJS.ErrnoException).syscall === 'rename' && existsSync(place)) return false
    throw error
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}
