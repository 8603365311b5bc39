import { mean, medianSorted, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from '../statistics/bootstrap-interval'
import { bootstrapInterval } from '../statistics/bootstrap-interval'
import { caseValues } from '../statistics/case-values'
import type { Arm } from './comparison'
import { MEASURES, type Measure, type MeasureName } from './measures'

/** One measure of one arm. Every spread says what it is a spread of; null where there is one value only. */
export interface MeasureSummary {
  /** Over all cases of all runs, an empty prediction counted as 0 as the papers do. */
  readonly mean: number
  readonly median: number
  /** Between cases, each averaged over its seeds. */
  readonly sdCases: number | null
  /** Between the folds' means. */
  readonly sdFolds: number | null
  /** Between seeds within a fold, pooled over the folds. */
  readonly sdSeeds: number | null
  /** Between the means of all runs (fold x seed). */
  readonly sdRuns: number | null
  /** Of the mean over cases, given the trained networks. Distances: without empty predictions, as `meanWithoutEmpty`. */
  readonly interval: Interval | null
  /** Distances only, where a prediction was empty: the mean of those that were not; null if all were. */
  readonly meanWithoutEmpty?: number | null
}

export interface ArmSummary {
  readonly arm: Arm
  readonly runs: number
  /** Different cases; each is tested once a seed. */
  readonly cases: number
  readonly predictions: number
  readonly emptyPredictions: number
  readonly measures: Readonly<Record<MeasureName, MeasureSummary>>
}

export function summariseArm(arm: Arm): ArmSummary {
  const all = arm.runs.flatMap(({ cases }) => cases)
  return {
    arm,
    runs: arm.runs.length,
    cases: new Set(all.map(({ id }) => id)).size,
    predictions: all.length,
    emptyPredictions: all.filter(({ emptyPrediction }) => emptyPrediction).length,
    measures: Object.fromEntries(MEASURES.map((measure) => [measure.name, summariseMeasure(arm, measure)])) as Record<
      MeasureName,
      MeasureSummary
    >,
  }
}

/** One value a run: the mean over its cases, empty predictions as 0. */
function runMeans(arm: Arm, measure: MeasureName): { fold: number; seed: number; mean: number }[] {
  return arm.runs.map(({ config, cases }) => ({
    fold: config.fold,
    seed: config.seed,
    mean: mean(cases.map((scores) => scores[measure])),
  }))
}

function summariseMeasure(arm: Arm, { name, isDistance }: Measure): MeasureSummary {
  const scores = arm.runs.flatMap(({ cases }) => cases)
  const values = scores.map((one) => one[name])
  const byCase = new Map<string, number[]>()
  for (const one of scores) byCase.set(one.id, [...(byCase.get(one.id) ?? []), one[name]])
  const means = runMeans(arm, name)
  const folds = [...new Set(means.map(({ fold }) => fold))].map((fold) => means.filter((one) => one.fold === fold))
  const notEmpty = scores.filter(({ emptyPrediction }) => !emptyPrediction).map((one) => one[name])
  // Sorted by case, so that the order of a folder's files decides nothing.
  const valued = [...caseValues(arm.runs, name)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  return {
    mean: mean(values),
    median: medianSorted([...values].sort((a, b) => a - b)),
    sdCases: deviation([...byCase.values()].map((ofCase) => mean(ofCase))),
    sdFolds: deviation(folds.map((ofFold) => mean(ofFold.map((one) => one.mean)))),
    sdSeeds: pooledDeviation(folds.map((ofFold) => ofFold.map((one) => one.mean))),
    sdRuns: deviation(means.map((one) => one.mean)),
    interval: bootstrapInterval(valued),
    ...(isDistance && notEmpty.length < values.length && { meanWithoutEmpty: notEmpty.length === 0 ? null : mean(notEmpty) }),
  }
}

function deviation(values: readonly number[]): number | null {
  return values.length > 1 ? sampleStandardDeviation([...values]) : null
}

function pooledDeviation(groups: readonly (readonly number[])[]): number | null {
  const several = groups.filter((group) => group.length > 1)
  if (several.length === 0) return null
  const squares = several.map((group) => (group.length - 1) * sampleStandardDeviation([...group]) ** 2)
  const freedom = several.reduce((total, group) => total + group.length - 1, 0)
  return Math.sqrt(squares.reduce((total, one) => total + one, 0) / freedom)
}
