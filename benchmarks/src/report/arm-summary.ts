import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from '../statistics/bootstrap-interval'
import { bootstrapInterval } from '../statistics/bootstrap-interval'
import { caseValues } from '../statistics/case-values'
import type { Arm } from './arm'
import { MEASURES, type Measure, type MeasureName } from './measures'
import { summarise } from './summary'

/** One measure of one arm. Every spread says what it is a spread of; null where there is one value only. */
export interface MeasureSummary {
  /** Over the cases, each averaged over its seeds; an empty prediction counts as 0, as the papers do. */
  readonly mean: number
  readonly median: number
  /** Between the cases. */
  readonly sdCases: number | null
  /** Between the folds' means. */
  readonly sdFolds: number | null
  /** Between seeds within a fold, pooled over the folds. */
  readonly sdSeeds: number | null
  /** Between the means of all runs (fold x seed). */
  readonly sdRuns: number | null
  /** Of the mean over cases, given the trained networks. Distances: without empty predictions, as `meanWithoutEmpty`. */
  readonly interval: Interval | null
  /** Distances only, where a prediction was empty: the mean over the cases that have one that was not; null if all were. */
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
  const { method: _, runs, cases, predictions, emptyPredictions, ...spreads } = summarise(arm.name, arm.runs)
  const measures = MEASURES.map((measure) => {
    const { mean: meanOfCases, median, sd } = spreads[measure.name]
    return [measure.name, { mean: meanOfCases, median, sdCases: sd, ...runSpreads(arm, measure), ...certainty(arm, measure) }]
  })
  return { arm, runs, cases, predictions, emptyPredictions, measures: Object.fromEntries(measures) }
}

function runSpreads(arm: Arm, { name }: Measure): Pick<MeasureSummary, 'sdFolds' | 'sdSeeds' | 'sdRuns'> {
  const means = arm.runs.map(({ config, cases }) => ({ fold: config.fold, mean: mean(cases.map((scores) => scores[name])) }))
  const folds = [...new Set(means.map(({ fold }) => fold))].map((fold) =>
    means.filter((one) => one.fold === fold).map((one) => one.mean),
  )
  return {
    sdFolds: deviation(folds.map((ofFold) => mean(ofFold))),
    sdSeeds: pooledDeviation(folds),
    sdRuns: deviation(means.map((one) => one.mean)),
  }
}

function certainty(arm: Arm, { name, isDistance }: Measure): Pick<MeasureSummary, 'interval' | 'meanWithoutEmpty'> {
  // Sorted by case, so that the order of a folder's files decides nothing.
  const valued = [...caseValues(arm.runs, name)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  const hasEmpties = arm.runs.some(({ cases }) => cases.some(({ emptyPrediction }) => emptyPrediction))
  return {
    interval: bootstrapInterval(valued),
    ...(isDistance && hasEmpties && { meanWithoutEmpty: valued.length === 0 ? null : mean(valued) }),
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
