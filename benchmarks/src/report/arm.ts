import { differingPaths } from './differing-paths'
import { groupBy } from './group-by'
import type { ReportedRun } from './run-files'
import { armName } from './run-name'
import { placeOf } from './supervised-twins'

/** One row: a method, with the parts it goes without, and its runs by fold and seed. */
export interface Arm {
  /** `dualnet`, or `dualnet without uncertainty`; `dualnet (1)`, where its runs were not all of one definition. */
  readonly name: string
  readonly method: string
  readonly without: readonly string[]
  /** From 1, where there are several rows of one name. */
  readonly number?: number
  readonly runs: readonly ReportedRun[]
}

/** Runs of one table as rows, in the order of the methods, and why runs of one name stand in several rows. */
export function armsOf(runs: readonly ReportedRun[]): { arms: Arm[]; unlike: string[] } {
  const rows = [...groupBy(runs, ({ config }) => armName(config.method)).entries()].map(([name, ofName]) => rowsOf(name, ofName))
  return {
    arms: rows.flatMap(({ arms }) => arms).sort((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1)),
    unlike: rows.flatMap(({ unlike }) => unlike),
  }
}

/** One row, or several where the runs differ in what a method chooses for itself. */
function rowsOf(name: string, runs: readonly ReportedRun[]): { arms: Arm[]; unlike: string[] } {
  const chosen = ({ config: { method, settings } }: ReportedRun) => ({ method, settings })
  const groups = [...groupBy(runs, (run) => JSON.stringify(chosen(run))).values()]
  const arms = groups.map((ofArm, index): Arm => {
    const { method } = ofArm[0]!.config
    const row = { method: method.name, without: method.without, runs: ofArm.toSorted(byFoldAndSeed) }
    return groups.length === 1 ? { name, ...row } : { name: `${name} (${index + 1})`, number: index + 1, ...row }
  })
  const unlike = arms.slice(1).map((arm) => {
    const paths = differingPaths(chosen(arms[0]!.runs[0]!), chosen(arm.runs[0]!))
    return `${arms[0]!.name} and ${arm.name} are rows of their own: their runs differ in ${paths.join(', ')}.`
  })
  return { arms, unlike }
}

function byFoldAndSeed(a: ReportedRun, b: ReportedRun): number {
  return a.config.fold - b.config.fold || a.config.seed - b.config.seed
}
