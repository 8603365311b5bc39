import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  type CaseResult,
  type CoursePoint,
  type FileFault,
  faultError,
  faultOf,
  type RunConfig,
  readCourse,
  readFinished,
  readSessions,
  readSplit,
  type Session,
} from '@dualseg/trainer'
import type { KnownSplit } from './known-splits'

/** A finished run as its folder tells it; the log is read when it is asked for, since it is long. */
export interface ReportedRun {
  readonly folder: string
  readonly config: RunConfig
  readonly sha256: string
  readonly cases: readonly CaseResult[]
  /** Which cases it had, as far as that is known. */
  readonly split: KnownSplit | undefined
  readonly sessions: readonly Session[]
  /** Tests on the way, where it was asked for some. */
  readonly course: readonly CoursePoint[]
  /** Case ids whose predicted mask was kept. */
  readonly predictions: readonly string[]
}

/** Pages and volumes are named after cases. */
const FILE_NAME = /^[^./\\\0][^/\\\0]*$/

/** A run's name in files and links: the first eight digits of its identity. */
export function shortHash(run: Pick<ReportedRun, 'sha256'>): string {
  return run.sha256.slice(0, 8)
}

/**
 * Reads a run for a report; undefined if it is not finished.
 *
 * @param onFault told of a file whose damage leaves the figures as they are: `provenance.json`, `course.jsonl`
 * @throws DUALSEG_DATA with a `fault` if a file is not what a run writes, or if the files do not belong together
 */
export function readRun(folder: string, onFault: (fault: FileFault) => void): ReportedRun | undefined {
  const run = readFinished(folder)
  if (run === undefined) return undefined
  const { config, sha256, cases } = run
  const nameless = cases.find(({ id }) => !FILE_NAME.test(id))
  if (nameless !== undefined) {
    const found = `case «${nameless.id}» is not a name that a file can have, and pages are named after cases`
    throw faultError({ file: join(folder, 'cases.jsonl'), found, remedy: 'rename the case in its data set and train anew' })
  }
  const [split, sessions] = [splitOf(folder, cases), spared(() => readSessions(folder), onFault) ?? []]
  const course = spared(() => readCourse(folder), onFault) ?? []
  return { folder, config, sha256, cases, split, sessions, course, predictions: predictionsIn(folder) }
}

function splitOf(folder: string, cases: readonly CaseResult[]): KnownSplit | undefined {
  const split = readSplit(folder)
  if (split === undefined) return undefined
  const strayed = cases.find(({ id }, i) => id !== split.test[i])?.id ?? split.test[cases.length]
  if (strayed === undefined) return { ...split, from: 'run' }
  const remedy = 'move it away and repeat the command that made the run, which trains nothing and writes it again'
  throw faultError({ file: join(folder, 'split.json'), found: `its tests are not the cases of cases.jsonl (${strayed})`, remedy })
}

/** What no figure needs: damage is told, and counts as not there. */
function spared<T>(read: () => T | undefined, onFault: (fault: FileFault) => void): T | undefined {
  try {
    return read()
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    onFault(fault)
    return undefined
  }
}

function predictionsIn(folder: string): string[] {
  const path = join(folder, 'predictions')
  if (!existsSync(path) || !statSync(path).isDirectory()) return []
  return readdirSync(path)
    .filter((name) => name.endsWith('.nii.gz'))
    .map((name) => basename(name, '.nii.gz'))
    .sort()
}
