import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorWords } from '../../command-line/error-words'
import { errorCode } from '../../command-line/exit-codes'
import { readRuns, runFolders } from '../find-runs'
import type { ListedData } from '../known-splits'
import type { InWork } from '../pages/in-work-page'
import { makeReport, type Report } from '../report'
import { runsInWork } from '../runs-in-work'

/** Runs at one moment: those that are finished as a report, the others as they stand. */
export interface LiveState {
  readonly report: Report
  readonly inWork: InWork
}

const NONE: Report = { comparisons: [], labelCourses: [], overallRanks: [], unfinished: [], faults: [] }

/** A report of runs that go on: read anew whenever it is asked for, its figures computed anew when a finished run came, went or changed. */
export class LiveReport {
  private signature: string | undefined
  private version = 0
  private report = NONE
  private finished = 0
  private reading: Promise<LiveState> | undefined

  /** @param listed as for `makeReport` */
  constructor(
    private readonly root: string,
    private readonly listed: (dataset: string) => Promise<ListedData | undefined>,
  ) {}

  /** Whoever asks while it is read waits for the same. Where the runs cannot be read, the last figures with the reason. */
  state(): Promise<LiveState> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  private async read(): Promise<LiveState> {
    try {
      const folders = runFolders(this.root)
      await this.readFinished(folders)
      const { runs, faults } = runsInWork(folders)
      const unfinished = runs.map(({ folder, iteration }) => ({ folder, iterations: iteration }))
      const known = new Set(this.report.faults.map(({ file }) => file))
      const others = faults.filter(({ file }) => !known.has(file))
      return { report: { ...this.report, unfinished }, inWork: { ...this.about(), runs, faults: others } }
    } catch (error) {
      // A folder may go while it is looked through; what was not foreseen is a bug, and is to be seen.
      if (errorCode(error) === undefined && (error as NodeJS.ErrnoException).code !== 'ENOENT') console.error(error)
      const trouble = `The runs cannot be read: ${errorWords(error)}. What follows is older.`
      return { report: this.report, inWork: { ...this.about(), runs: [], faults: [], trouble } }
    }
  }

  private about() {
    return { finished: this.finished, version: String(this.version), trouble: undefined }
  }

  private async readFinished(folders: readonly string[]): Promise<void> {
    const signature = folders.map(signatureOf).join('\n')
    if (signature === this.signature) return
    const found = readRuns(folders)
    this.report = await makeReport(found, this.listed)
    this.finished = found.finished.length + found.untested.length
    this.signature = signature
    this.version++
  }
}

/** Changes with any file of a finished run; of one in work with its configuration alone. */
function signatureOf(folder: string): string {
  const names = readdirSync(folder).sort()
  const told = names.includes('result.json') ? names : names.filter((name) => name === 'config.json')
  const files = told.map((name) => {
    const { mtimeMs, size } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? {}
    return `${name} ${size} ${mtimeMs}`
  })
  return [folder, ...files].join('|')
}
