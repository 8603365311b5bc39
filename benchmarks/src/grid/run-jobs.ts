import { setTimeout } from 'node:timers/promises'
import type { RunOutcome, TestProgress, TrainingProgress } from '@dualseg/trainer'
import { errorCode } from '../command-line/exit-codes'
import { duration, type Job, termsLine, workOff } from '../command-line/progress'
import { armTitle } from './arm'
import type { Crew } from './open-crew'
import { TimeLeft } from './time-left'

/** What came of the runs that were tried, and why others failed, by their place in the plan. */
export interface GridOutcome {
  readonly outcomes: Map<number, RunOutcome>
  readonly errors: Map<number, unknown>
  /** What was found damaged in the folders of runs that went on all the same. */
  readonly notices: string[]
  /** Seconds that the whole was said to take, first and a minute after it began, and what it took. */
  readonly time?: { readonly said: number; readonly afterMinute?: number; readonly took: number }
}

const MINUTE = 60

/** A process that was killed this moment may hold its lock a little longer. */
const LOCK_PATIENCE_MS = 3000

/**
 * Does all runs, as many side by side as the crew has hands. One that fails does not stop the others. One that another process works
 * on is put off to the end, so that several commands may share a grid.
 */
export async function runAll(crew: Crew, signal: AbortSignal): Promise<GridOutcome> {
  const { runs } = crew.estimate
  const result: GridOutcome = { outcomes: new Map(), errors: new Map(), notices: [] }
  const timeLeft = new TimeLeft(
    runs.map((run) => ({ ...run, method: armTitle(run.arm) })),
    crew.jobs,
  )
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1000
  const said = timeLeft.total()
  let afterMinute: number | undefined
  const jobOf = (index: number, run: (report: (line: string) => void) => Promise<RunOutcome | undefined>): Job => ({
    title: runs[index]!.title,
    run: async (report) => {
      if (signal.aborted) return 'not started'
      try {
        const outcome = await run(report)
        if (outcome === undefined) return 'another process works on it; put off to the end'
        result.outcomes.set(index, outcome)
        return outcomeLine(outcome)
      } catch (error) {
        // Asked to stop while its process was only getting ready.
        if (signal.aborted && error === signal.reason) return 'not started'
        result.errors.set(index, error)
        throw error
      } finally {
        timeLeft.end(index)
      }
    },
  })
  const tryRun = (index: number, report: (line: string) => void) =>
    crew.run(index, {
      signal,
      onLine: report,
      onNotice: (notice) => void result.notices.push(notice),
      onProgress: (progress) => {
        timeLeft.advance(index, progress.stage, progress.seconds, progress.secondsLeft)
        const all = timeLeft.total()
        if (elapsed() >= MINUTE) afterMinute ??= elapsed() + all
        report(progressLine(progress, timeLeft.of(index), all))
      },
    })

  const putOff: number[] = []
  const firstTry = runs.map((_, index) =>
    jobOf(index, async (report) => {
      try {
        return await tryRun(index, report)
      } catch (error) {
        if (errorCode(error) !== 'DUALSEG_LOCKED') throw error
        putOff.push(index)
        return undefined
      }
    }),
  )
  await workOff(firstTry, { stopOnError: false, sideBySide: crew.jobs })
  const secondTry = putOff.map((index) => jobOf(index, (report) => patiently(() => tryRun(index, report))))
  await workOff(secondTry, { stopOnError: false, sideBySide: crew.jobs })
  return { ...result, time: { said, took: elapsed(), ...(afterMinute !== undefined && { afterMinute }) } }
}

async function patiently(run: () => Promise<RunOutcome>): Promise<RunOutcome> {
  for (const until = Date.now() + LOCK_PATIENCE_MS; ; ) {
    try {
      return await run()
    } catch (error) {
      if (errorCode(error) !== 'DUALSEG_LOCKED' || Date.now() > until) throw error
      await setTimeout(LOCK_PATIENCE_MS / 10)
    }
  }
}

function outcomeLine(outcome: RunOutcome): string {
  if (outcome.status === 'interrupted') return `stopped at iteration ${outcome.iteration}`
  const { addedPredictions: masks = 0, ran, result } = outcome
  const notes = [...(ran ? [] : ['was there already']), ...(masks > 0 ? [`${masks} masks from its weights`] : [])]
  const done = result.dice === undefined ? 'trained' : `Dice ${result.dice.mean.toFixed(3)}`
  return `${done}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

function progressLine(progress: TrainingProgress | TestProgress, left: number, all: number): string {
  const time = `${duration(left)} left, all ${duration(all)}`
  if (progress.stage === 'test')
    return `test case ${progress.done}/${progress.cases}  Dice ${progress.case.dice.toFixed(3)}  ${time}`
  const { iteration, iterations, terms, seconds, copies } = progress
  const copied = copies ? `  copies: ${copies.toHost} to the host, ${copies.toEngine} from it` : ''
  return `iteration ${iteration}/${iterations}  ${termsLine(terms)}  ${seconds.toFixed(2)} s${copied}  ${time}`
}
