import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { type ReportedRun, readRun } from './run-files'

export interface FoundRuns {
  /** Sorted by folder. */
  readonly finished: readonly ReportedRun[]
  /** Folders of runs without a result, with the iterations that their log has. */
  readonly unfinished: readonly { folder: string; iterations: number }[]
}

/**
 * All runs at or below a folder. A run that is not finished is counted and takes no part.
 *
 * @throws DUALSEG_DATA if the folder is not there, holds no finished run, or a run's files are broken
 */
export function findRuns(root: string): FoundRuns {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw dualsegError('DUALSEG_DATA', `${root} is no folder; give the folder that --runs named (runs, if it was not given)`)
  }
  const folders = runFolders(root).sort()
  const isFinished = (folder: string) => existsSync(join(folder, 'result.json'))
  const finished = folders.filter(isFinished).map(readRun)
  const unfinished = folders
    .filter((folder) => !isFinished(folder))
    .map((folder) => ({ folder, iterations: linesOf(join(folder, 'log.jsonl')) }))
  if (finished.length === 0) {
    const begun = unfinished.length > 0 ? `; ${unfinished.length} are begun: repeat their command` : ''
    throw dualsegError('DUALSEG_DATA', `${root} holds no finished run${begun}`)
  }
  return { finished, unfinished }
}

/** Folders of runs, finished or not, at or below a folder. */
export function runFolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  // A run holds no runs: its checkpoints and predictions need not be looked through.
  if (entries.some((entry) => entry.name === 'config.json' && entry.isFile())) return [folder]
  return entries.filter((entry) => entry.isDirectory()).flatMap((entry) => runFolders(join(folder, entry.name)))
}

/** Lines of a file; 0 where there is none. */
export function linesOf(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0
}
