import type { CaseResult } from '@dualseg/trainer'
import { type RunScores, tabledValues } from '../statistics/case-values'
import { type Spread, spread } from '../statistics/spread'
import type { MeasureName } from './measures'
import { casesOfClass } from './of-classes'

/** One row of the table: a method's cases over all folds and seeds asked for. */
export interface MethodSummary extends Readonly<Record<MeasureName, Spread>> {
  readonly method: string
  readonly runs: number
  /** Different cases; each is tested once a seed. */
  readonly cases: number
  readonly predictions: number
  readonly emptyPredictions: number
}

/** The rows of a method's classes, each as {@link summarise} has it of the scores of that class. */
export function summariseClasses(
  names: readonly string[],
  runs: readonly { readonly cases: readonly CaseResult[] }[],
): MethodSummary[] {
  return names.map((name, index) =>
    summarise(
      name,
      runs.map(({ cases }) => ({ cases: casesOfClass(cases, index + 1) })),
    ),
  )
}

/** Mean ± SD over test cases: what a case scored under several seeds is averaged first, and an empty prediction counts as 0. */
export function summarise(method: string, runs: readonly RunScores<MeasureName>[]): MethodSummary {
  const scores = runs.flatMap(({ cases }) => cases)
  const of = (measure: MeasureName) => spread([...tabledValues(runs, measure).values()])
  return {
    method,
    runs: runs.length,
    cases: new Set(scores.map(({ id }) => id)).size,
    predictions: scores.length,
    emptyPredictions: scores.filter(({ emptyPrediction }) => emptyPrediction).length,
    dice: of('dice'),
    jaccard: of('jaccard'),
    hd95: of('hd95'),
    asd: of('asd'),
  }
}
