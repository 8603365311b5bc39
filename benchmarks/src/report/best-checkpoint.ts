import { mean } from 'simple-statistics'
import type { Arm } from './arm'
import { signed } from './measures'
import { summarise } from './summary'

/** What a row's figure would have gained if each run's checkpoint had been picked by its test cases. */
export interface BestCheckpoint {
  readonly name: string
  /** Runs that were tested on the way. */
  readonly runs: number
  /** How often, at least: the last step counts. */
  readonly tests: number
  /** Mean over these runs of the best Dice on the way less that of the last step; never below 0. */
  readonly gain: number
}

/** Of the rows that have runs tested on the way (`--test-every`). No table uses any of it. */
export function bestCheckpoints(arms: readonly Arm[]): BestCheckpoint[] {
  return arms.flatMap((arm) => {
    const tested = arm.runs.filter(({ course }) => course.length > 0)
    if (tested.length === 0) return []
    const gains = tested.map((run) => {
      const last = summarise(arm.name, [run]).dice.mean
      return Math.max(last, ...run.course.map(({ dice }) => dice)) - last
    })
    return [
      {
        name: arm.name,
        runs: tested.length,
        tests: 1 + Math.min(...tested.map(({ course }) => course.length)),
        gain: mean(gains),
      },
    ]
  })
}

/** `mt: +0.012 Dice (5 runs, each tested 6 times)`. */
export function bestCheckpointText({ name, runs, tests, gain }: BestCheckpoint): string {
  return `${name}: ${signed(gain, 3)} Dice (${runs} ${runs === 1 ? 'run' : 'runs'}, each tested ${tests} times)`
}

/** What these gains are. */
export const ABOUT_BEST_CHECKPOINTS =
  'Had every run been given the checkpoint that scores best on its own test cases, its mean would have been higher by this much. That is the test set choosing: no table here does it, every figure is of the last step.'
