import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { runProgress } from '@dualseg/trainer'
import { readTerms } from './logged-terms'
import { faultText, type RunFault, readEach } from './read-each'
import { type ReportedRun, readRun } from './run-files'

export interface FoundRuns {
  /** Sorted by folder. */
  readonly finished: readonly ReportedRun[]
  /** Folders of runs without a result, with the iterations that their log has. */
  readonly unfinished: readonly { folder: string; iterations: number }[]
  /** Folders of runs that trained on everything: there is nothing to report of them. */
  readonly untested: readonly string[]
  /** Runs with a damaged file: they take no part, unless no figure needs the file. */
  readonly faults: readonly RunFault[]
}

/**
 * All runs at or below a folder, every file of theirs tested. A run that is not finished is counted and takes no part.
 *
 * @throws DUALSEG_DATA if the folder is not there or holds no finished run
 */
export function findRuns(root: string): FoundRuns {
  const found = readRuns(runFolders(root))
  const { finished, unfinished, untested, faults } = found
  if (finished.length === 0) {
    const begun = unfinished.length > 0 ? `; ${unfinished.length} are begun: repeat their command` : ''
    const damaged = faults.map((fault) => `\n${faultText(fault)}`).join('')
    const models = untested.length > 0 ? `; ${untested.length} were trained on all cases and tested on none` : ''
    throw dualsegError('DUALSEG_DATA', `${root} holds no finished run${begun}${models}${damaged}`)
  }
  return found
}

/** The runs of these folders, were none of them finished. */
export function readRuns(folders: readonly string[]): FoundRuns {
  const finished: ReportedRun[] = []
  const unfinished: { folder: string; iterations: number }[] = []
  const untested: string[] = []
  const faults = readEach(folders, (folder, onFault) => {
    const run = readRun(folder, onFault)
    if (run === undefined) unfinished.push({ folder, iterations: runProgress(folder).iterations })
    else if (run.cases.length === 0) untested.push(folder)
    else {
      readTerms(run)
      finished.push(run)
    }
  })
  return { finished, unfinished, untested, faults }
}

/** What a run's folder is named and holds; without its `config.json` it is a damaged one. Other programs have a `config.json` too. */
const RUN_NAME = /^fold\d+-seed\d+-[0-9a-f]{8}$/
const RUN_FILES = ['result.json', 'cases.jsonl', 'log.jsonl', 'checkpoint', 'input.json', 'provenance.json']

/**
 * Folders of runs, finished or not, at or below a folder; sorted.
 *
 * @throws DUALSEG_DATA if there is no such folder
 */
export function runFolders(root: string): string[] {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw dualsegError('DUALSEG_DATA', `${root} is no folder; give the one that --runs named (runs, if it was not given)`)
  }
  return foldersBelow(root).sort()
}

function foldersBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  const has = (names: readonly string[]) => entries.some(({ name }) => names.includes(name))
  // A run holds no runs: its checkpoints and predictions need not be looked through.
  const isNamed = RUN_NAME.test(basename(folder))
  if (isNamed ? has(['config.json', ...RUN_FILES]) : has(['config.json']) && has(RUN_FILES)) return [folder]
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) => foldersBelow(join(folder, entry.name)))
}
