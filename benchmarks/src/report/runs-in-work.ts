import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expectConfig, type LogLine, readLogSoFar, readSplit, runProgress } from '@dualseg/trainer'
import { type LoggedTerm, termsOfLog } from './logged-terms'
import { type RunFault, readEach } from './read-each'
import { type RunStanding, runStanding } from './run-standing'

/** A run that is not finished, as its folder tells it. */
export interface RunInWork extends RunStanding {
  /** `la · quick` */
  readonly of: string
  /** Cases to be tested; undefined while the run has not written them down. */
  readonly testCases: number | undefined
  /** Of its stage, from what that took so far; undefined where nothing is known, or nobody works on it. */
  readonly left: { readonly stage: 'train' | 'test'; readonly seconds: number } | undefined
  /** So far. */
  readonly terms: readonly LoggedTerm[]
}

/** Runs that are begun and not finished, and those of them whose files are damaged. */
export function runsInWork(folders: readonly string[]): { runs: RunInWork[]; faults: RunFault[] } {
  const runs: RunInWork[] = []
  const faults = readEach(folders, (folder) => {
    if (runProgress(folder).state !== 'done') runs.push(runInWork(folder))
  })
  return { runs, faults }
}

function runInWork(folder: string): RunInWork {
  const { config } = expectConfig(folder)
  const standing = runStanding(folder, config)
  const log = readLogSoFar(folder)
  const testCases = readSplit(folder)?.test.length
  const isRunning = standing.state !== 'stopped'
  return {
    ...standing,
    of: `${config.data.dataset} · ${config.settings.profile}`,
    testCases,
    left: isRunning ? leftOf(standing, log, testCases) : undefined,
    terms: termsOfLog(log),
  }
}

/** The last iterations tell best how fast the machine is now. */
const RECENT = 50

function leftOf(
  { folder, iteration, iterations, cases }: RunStanding,
  log: readonly LogLine[],
  testCases: number | undefined,
): RunInWork['left'] {
  if (iteration < iterations) {
    const recent = log.slice(-RECENT).flatMap(({ seconds }) => seconds ?? [])
    if (recent.length === 0) return undefined
    const mean = recent.reduce((sum, seconds) => sum + seconds, 0) / recent.length
    return { stage: 'train', seconds: mean * (iterations - iteration) }
  }
  if (testCases === undefined || cases === 0) return undefined
  // The files themselves say when training ended and when the last case was done.
  const took = (changedMs(folder, 'cases.jsonl') - changedMs(folder, 'log.jsonl')) / 1000
  return took > 0 ? { stage: 'test', seconds: (took / cases) * (testCases - cases) } : undefined
}

function changedMs(folder: string, name: string): number {
  return statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN
}
