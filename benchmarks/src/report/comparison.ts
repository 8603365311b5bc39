import { dualsegError } from '@dualseg/kernels'
import { type EngineIdentity, methods, type RunConfig } from '@dualseg/trainer'
import type { ReportedRun } from './run-files'

/** What all runs of one table have in common; runs that differ in any of it are never put side by side. */
export interface Conditions {
  readonly dataset: string
  readonly profile: string
  readonly protocol: string
  readonly labelled: number
  /** The profile's sizes: what a method does not choose for itself. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly engine: EngineIdentity
  readonly revisions: Readonly<Record<string, unknown>>
}

/** One row: a method, with the parts it goes without, and its runs by fold and seed. */
export interface Arm {
  /** `dualnet`, or `dualnet without uncertainty`. */
  readonly name: string
  readonly method: string
  readonly without: readonly string[]
  readonly runs: readonly ReportedRun[]
}

export interface Comparison {
  readonly conditions: Conditions
  readonly arms: readonly Arm[]
  readonly folds: readonly number[]
  readonly seeds: readonly number[]
  /** Runs that would make the grid complete. */
  readonly missing: readonly string[]
}

/** Runs sorted into tables of equal conditions. */
export function comparisonsOf(runs: readonly ReportedRun[]): Comparison[] {
  const tables = groupBy(runs, ({ config }) => JSON.stringify(conditionsOf(config)))
  return [...tables.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ofTable]) => comparisonOf(ofTable))
}

function comparisonOf(runs: readonly ReportedRun[]): Comparison {
  checkSameVolumes(runs)
  const arms = [...groupBy(runs, ({ config }) => armName(config)).entries()]
    .map(([name, ofArm]): Arm => {
      const { method } = ofArm[0]!.config
      return { name, method: method.name, without: method.without, runs: ofArm.toSorted(byFoldAndSeed) }
    })
    .sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1))
  const folds = distinct(runs.map(({ config }) => config.fold))
  const seeds = distinct(runs.map(({ config }) => config.seed))
  const missing: string[] = []
  for (const { name, runs: ofArm } of arms) {
    for (const fold of folds) {
      for (const seed of seeds) {
        const found = ofArm.filter(({ config }) => config.fold === fold && config.seed === seed)
        if (found.length === 0) missing.push(`${name} fold ${fold} seed ${seed}`)
        if (found.length > 1) throw twice(name, found)
      }
    }
  }
  return { conditions: conditionsOf(runs[0]!.config), arms, folds, seeds, missing }
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
    labelled: labelledCases,
    settings,
    engine,
    revisions: { kernels: kernelsRevision, trainer: trainerRevision },
  }
}

/** Folds of the same name on other volumes or lists are other folds. */
function checkSameVolumes(runs: readonly ReportedRun[]): void {
  const sameData = groupBy(runs, ({ config }) => `${config.fold} ${config.method.usesUnlabelled}`)
  for (const [first, ...others] of sameData.values()) {
    const other = others.find(({ config }) => JSON.stringify(config.data) !== JSON.stringify(first!.config.data))
    if (other !== undefined) {
      throw dualsegError(
        'DUALSEG_DATA',
        `fold ${first!.config.fold} was run on different volumes or lists, which no table may mix:\n  ${first!.folder}\n  ${other.folder}\nMove one of them away.`,
      )
    }
  }
}

function armName({ method }: RunConfig): string {
  return method.without.length === 0 ? method.name : `${method.name} without ${method.without.join(', ')}`
}

/** As the methods are listed everywhere; one's own come last. */
function order({ method }: Arm): number {
  const at = [...methods.keys()].indexOf(method)
  return at < 0 ? methods.size : at
}

function byFoldAndSeed(a: ReportedRun, b: ReportedRun): number {
  return a.config.fold - b.config.fold || a.config.seed - b.config.seed
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    groups.set(key, [...(groups.get(key) ?? []), value])
  }
  return groups
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** The same run under two configurations: which of them a table should show is not ours to guess. */
function twice(name: string, [first, second]: readonly ReportedRun[]): Error {
  const differing = differingPaths(first!.config, second!.config)
  return dualsegError(
    'DUALSEG_DATA',
    `${name} fold ${first!.config.fold} seed ${first!.config.seed} is there twice, with different ${differing.join(', ')}:\n  ${first!.folder}\n  ${second!.folder}\n` +
      'Move one of them away, or give the folder of one.',
  )
}

function differingPaths(a: unknown, b: unknown, path = ''): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return []
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [path]
  const of = (value: object, key: string) => (value as Record<string, unknown>)[key]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differingPaths(of(a, key), of(b, key), path === '' ? key : `${path}.${key}`),
  )
}
