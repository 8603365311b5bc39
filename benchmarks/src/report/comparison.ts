import { dualsegError } from '@dualseg/kernels'
import type { EngineIdentity, RunConfig, TrainingSettings } from '@dualseg/trainer'
import { type Arm, armsOf } from './arm'
import { groupBy } from './group-by'
import type { ScoredClass } from './of-classes'
import type { ReportedRun } from './run-files'
import { runName } from './run-name'
import { groupsOfSameData } from './same-data'
import { whyApart } from './why-apart'

/** What all runs of one table have in common; runs that differ in any of it are never put side by side. */
export interface Conditions {
  readonly dataset: string
  readonly profile: string
  readonly protocol: string
  /** Cases with labels; all of the training lists, which may be of unlike lengths. */
  readonly labelled: number | 'all'
  /** The profile's sizes: what a method does not choose for itself. */
  readonly settings: Pick<TrainingSettings, 'augment' | 'testMirror' | 'labelledCases' | 'distanceUnit'> &
    Readonly<Record<string, unknown>>
  readonly engine: EngineIdentity
  readonly revisions: Readonly<Record<string, unknown>>
}

export interface Comparison {
  readonly conditions: Conditions
  readonly arms: readonly Arm[]
  readonly folds: readonly number[]
  readonly seeds: readonly number[]
  /** Runs that would make the grid complete. */
  readonly missing: readonly string[]
  /** Why runs of one name stand in several rows. */
  readonly unlike: readonly string[]
  /** Where there are several classes: whose scores these are. */
  readonly scored?: ScoredClass
  /** Where runs of the same settings are in several tables: which of them this is, and why. */
  readonly part?: { readonly number: number; readonly of: number; readonly why: readonly string[] }
}

/**
 * Runs sorted into tables of equal conditions, and of the same data, rule and drawing of folds; where runs of the same settings are of different ones,
 * every table says why.
 */
export function comparisonsOf(runs: readonly ReportedRun[]): Comparison[] {
  const settings = groupBy(runs, ({ config }) => JSON.stringify(conditionsOf(config)))
  return [...settings.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, ofSettings]) => {
      const groups = groupsOfSameData(ofSettings)
      return groups.map((group, index) => ({ ...comparisonOf(group), ...partOf(groups, index) }))
    })
}

function partOf(groups: readonly ReportedRun[][], index: number): Pick<Comparison, 'part'> {
  if (groups.length === 1) return {}
  const others = groups.filter((_, other) => other !== index)
  return { part: { number: index + 1, of: groups.length, why: whyApart(groups[index]!, others) } }
}

function comparisonOf(runs: readonly ReportedRun[]): Comparison {
  const { arms, unlike } = armsOf(runs)
  const folds = distinct(runs.map(({ config }) => config.fold))
  const seeds = distinct(runs.map(({ config }) => config.seed))
  const missing: string[] = []
  for (const { name, runs: ofArm } of arms) {
    for (const fold of folds) {
      for (const seed of seeds) {
        const found = ofArm.filter(({ config }) => config.fold === fold && config.seed === seed)
        if (found.length === 0) missing.push(`${name} fold ${fold} seed ${seed}`)
        if (found.length > 1) throw twice(found)
      }
    }
  }
  return { conditions: conditionsOf(runs[0]!.config), arms, folds, seeds, missing, unlike }
}

/** The parts of a configuration that a method does not choose for itself. */
function conditionsOf(config: RunConfig): Conditions {
  const { data, engine, labelledCases, kernelsRevision, trainerRevision } = config
  const {
    profile,
    protocol,
    batch: _,
    iterations: __,
    learningRate: ___,
    initialise: ____,
    rotFlip: _____,
    ...settings
  } = config.settings
  return {
    dataset: data.dataset,
    profile,
    protocol,
    labelled: settings.labelledCases === 'all' ? 'all' : labelledCases,
    settings,
    engine,
    revisions: { kernels: kernelsRevision, trainer: trainerRevision },
  }
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** A copy would count its cases twice. */
function twice([first, second]: readonly ReportedRun[]): Error {
  return dualsegError(
    'DUALSEG_DATA',
    `${runName(first!.config)} is there twice:\n  ${first!.folder}\n  ${second!.folder}\nMove one of them away, or give the folder of one.`,
  )
}
