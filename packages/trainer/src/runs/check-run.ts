import { join } from 'node:path'
import { checkpointsIn, openCheckpoint } from './checkpoints/open-checkpoint'
import { type FileFault, faultOf } from './disk/fault'
import { readCases } from './files/cases-file'
import { type ConfigFile, expectConfig } from './files/config-file'
import { readCourse } from './files/course-file'
import { readInput } from './files/input-file'
import { expectLogBefore, readWholeLog } from './files/log-file'
import { readSessions } from './files/provenance-file'
import { readSplit } from './files/split-file'
import { readFinished } from './finished-run'
import { lockOwner } from './lock/run-lock'
import { runState } from './run-progress'

/** What became of one run's folder. */
export interface CheckedRun {
  readonly folder: string
  /**
   * `whole`: finished, and every file as it was written. `resumable`: the command that began it goes on from `iteration`, with the same bits.
   * `in work`: a process has its lock, and nothing was looked into. `damaged`: something that a command needs is not as it was written.
   */
  readonly state: 'whole' | 'resumable' | 'in work' | 'damaged'
  /** Where it stands, or would go on; of how many. Absent where its configuration cannot be read. */
  readonly iteration?: number
  readonly iterations?: number
  /** Every damaged file, with what to do. */
  readonly faults: readonly FileFault[]
  /** What a finished run goes without, as one that is kept for its figures. */
  readonly missing: readonly string[]
}

/** Reads every file of a run, checkpoints included, and changes none. */
export function checkRun(folder: string): CheckedRun {
  const faults: FileFault[] = []
  const tried = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      const fault = faultOf(error)
      if (fault === undefined) throw error
      if (!faults.some(({ file }) => file === fault.file)) faults.push(fault)
      return undefined
    }
  }
  const identity = tried(() => expectConfig(folder))
  const about = identity && { iterations: identity.config.settings.iterations }
  const owner = tried(() => lockOwner(folder))
  if (owner !== undefined && owner.alive !== false) return { folder, state: 'in work', ...about, faults, missing: [] }
  const isFinished = runState(folder) === 'done'
  const needed = isFinished ? finishedFiles(folder, identity, tried) : begunFiles(folder, identity, tried, faults)
  const isNeeded = faults.length > 0 && !needed.isSpared
  // Nothing needs them: they alone damage no run.
  tried(() => readSessions(folder))
  tried(() => readCourse(folder))
  const state = isNeeded ? 'damaged' : isFinished ? 'whole' : 'resumable'
  return {
    folder,
    state,
    ...(needed.iteration !== undefined && { iteration: needed.iteration }),
    ...about,
    faults,
    missing: needed.missing,
  }
}

interface Looked {
  readonly iteration?: number
  readonly missing: readonly string[]
  /** The run itself sees to all that was found. */
  readonly isSpared?: boolean
}

type Tried = <T>(read: () => T) => T | undefined

function finishedFiles(folder: string, identity: ConfigFile | undefined, tried: Tried): Looked {
  if (identity === undefined) return { missing: [] }
  const { iterations } = identity.config.settings
  tried(() => readFinished(folder))
  const missing: string[] = []
  if (tried(() => readWholeLog(folder, iterations) ?? 'none') === 'none') missing.push('log.jsonl: reported without curves')
  if (tried(() => readInput(folder) ?? 'none') === 'none') missing.push('input.json: images are taken as they are')
  tried(() => readSplit(folder))
  const checkpoints = join(folder, 'checkpoint')
  const found = tried(() => checkpointsIn(checkpoints))
  if (found?.includes(iterations)) tried(() => expectWhole(checkpoints, iterations, identity))
  else if (found !== undefined) missing.push('checkpoint: nothing to predict with')
  return { iteration: iterations, missing }
}

function begunFiles(folder: string, identity: ConfigFile | undefined, tried: Tried, faults: FileFault[]): Looked {
  if (identity === undefined) return { missing: [] }
  const before = faults.length
  const checkpoints = join(folder, 'checkpoint')
  const found = tried(() => checkpointsIn(checkpoints))
  if (found === undefined) return { missing: [] }
  const whole = found.find(
    (iteration) =>
      tried(() => {
        expectWhole(checkpoints, iteration, identity)
        expectLogBefore(folder, iteration)
        return true
      }) ?? false,
  )
  if (whole === undefined && found.length > 0) return { missing: [] }
  // A run writes these anew, or goes on from an older checkpoint, and says so.
  tried(() => readInput(folder))
  tried(() => readSplit(folder))
  const cases = tried(() => readCases(folder))
  if (cases?.stop?.isCut === false) faults.push({ file: join(folder, 'cases.jsonl'), found: cases.stop.found, remedy: '' })
  for (const [at, { file, found: what }] of faults.entries()) {
    const remedy = 'the command that began the run puts it aside or goes on from before it, to the same bits, and says so'
    if (at >= before) faults[at] = { file, found: what, remedy }
  }
  return { iteration: whole ?? 0, missing: [], isSpared: before === 0 }
}

/** @throws DUALSEG_DATA with a `fault` if any of its files is not as it was written */
function expectWhole(checkpoints: string, iteration: number, { sha256 }: ConfigFile): void {
  const { names, bytesOf } = openCheckpoint(checkpoints, iteration, sha256)
  for (const name of names) bytesOf(name)
}
