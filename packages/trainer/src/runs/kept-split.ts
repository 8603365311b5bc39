import { diskError } from './disk/disk-error'
import { faultOf } from './disk/fault'
import { readOrSetAside } from './disk/set-aside'
import { readSplit, writeSplit } from './files/split-file'
import { lockRun } from './lock/run-lock'
import type { RunPlan } from './run-plan'
import type { RunSplit } from './run-split'

type OnNotice = (notice: string) => void

/** Writes `split.json` before training, and again when its lists turn out to stand in another drawing too; a damaged one as well, since the plan knows what it has to say. */
export function keepRunSplit(folder: string, plan: RunPlan, onNotice: OnNotice): void {
  const split = splitToKeep(folder, plan, onNotice)
  if (split !== undefined) writeSplit(folder, split)
}

/** The same for a finished run, such as one of a version that kept none. Where it cannot be written the run is none the worse, and reports say what they do not know of it. */
export function keepFinishedSplit(folder: string, plan: RunPlan, onNotice: OnNotice): void {
  try {
    if (splitToKeep(folder, plan, onNotice) === undefined) return
    const lock = lockRun(folder)
    try {
      keepRunSplit(folder, plan, onNotice)
    } finally {
      lock.release()
    }
  } catch (error) {
    const { code } = diskError(error, folder) as { code?: string }
    // A damaged lock is no trouble of a finished run's.
    if (code !== 'DUALSEG_LOCKED' && code !== 'DUALSEG_DISK' && faultOf(error) === undefined) throw error
  }
}

/** Undefined if all is written, or the plan cannot say. */
function splitToKeep(folder: string, { data }: RunPlan, onNotice: OnNotice): RunSplit | undefined {
  const split = data.describeSplit?.()
  if (split === undefined) return undefined
  const known = readOrSetAside(() => readSplit(folder), 'it is written again', onNotice)?.drawings
  const drawings = [...new Set([...(known ?? []), ...split.drawings])].sort()
  return known?.length === drawings.length ? undefined : { ...split, drawings }
}
