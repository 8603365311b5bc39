import { lockOwner, type RunConfig, runProgress } from '@dualseg/trainer'
import { runName } from './run-name'

/** How far a run is, as its folder says at a glance. */
export interface RunStanding {
  /** `mt fold 0 seed 1, 8 labelled` */
  readonly title: string
  /** `done`, `running on <host>`, or `stopped`. */
  readonly state: string
  /** Done, of `iterations`. */
  readonly iteration: number
  readonly iterations: number
  /** Tested. */
  readonly cases: number
  readonly folder: string
}

/** @throws DUALSEG_DATA with a `fault` if a file of it cannot be read */
export function runStanding(folder: string, config: RunConfig): RunStanding {
  const { settings, labelledCases } = config
  const { iterations } = settings
  const labelled = settings.labelledCases === 'all' ? 'all' : labelledCases
  const title = `${runName(config)}, ${labelled} labelled`
  const progress = runProgress(folder)
  const { cases } = progress
  if (progress.state === 'done') return { title, state: 'done', iteration: iterations, iterations, cases, folder }
  const lock = lockOwner(folder)
  const state = lock === undefined || lock.alive === false ? 'stopped' : `running on ${lock.owner.host}`
  return { title, state, iteration: progress.iterations, iterations, cases, folder }
}
