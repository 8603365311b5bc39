import { mean } from 'simple-statistics'
import { caseValues } from '../statistics/case-values'
import type { Arm } from './arm'
import type { MeasureName } from './measures'
import type { ReportedRun } from './run-files'

/** One run of either arm, of the same fold and seed. */
export interface RunPair {
  readonly a: ReportedRun
  readonly b: ReportedRun
  /** a's mean less b's, over the cases that have a value under both, so that a case lost in one run weighs in neither. */
  readonly difference: number
  /** Test cases by training cases; of the run that was trained on fewer. */
  readonly testedPerTrained: number
  /** Which cases had labels; the same text for the same set. */
  readonly labelledSet: string
}

export function runPairs(a: Arm, b: Arm, measure: MeasureName): RunPair[] {
  return a.runs.flatMap((run) => {
    const other = b.runs.find(({ config }) => config.fold === run.config.fold && config.seed === run.config.seed)
    if (other === undefined) return []
    const ofB = caseValues([other], measure)
    const differences = [...caseValues([run], measure)].flatMap(([id, value]) => (ofB.has(id) ? [value - ofB.get(id)!] : []))
    if (differences.length === 0) return []
    const testedPerTrained = Math.max(...[run, other].map(testedByTrained))
    return [{ a: run, b: other, difference: mean(differences), testedPerTrained, labelledSet: labelledSet(run) }]
  })
}

/** What a method does not look at it is not trained on. Of a run whose lists are not known, the labelled cases alone are certain. */
function testedByTrained({ cases, config, split }: ReportedRun): number {
  return cases.length / (split === undefined ? config.labelledCases : split.labelled.length + split.unlabelled.length)
}

/** Runs whose lists are not known are in one table only if they had the same. */
function labelledSet({ split }: ReportedRun): string {
  return split === undefined ? '' : JSON.stringify([...split.labelled].sort())
}
