import type { Arm } from './arm'
import type { MeasureSummary } from './arm-summary'
import { figure, type Measure } from './measures'
import type { ReportedComparison, ReportRow } from './report'

/** `0.871 ± 0.042`: mean and standard deviation between cases. */
export function scoreText({ measures }: ReportRow, { name, digits }: Measure): string {
  const { mean, sdCases } = measures[name]
  return sdCases === null ? figure(mean, digits) : `${figure(mean, digits)} ± ${sdCases.toFixed(digits)}`
}

export function isBold({ best }: ReportedComparison, arm: Arm, measure: Measure): boolean {
  return best[measure.name] === arm
}

/** The paper's figure beside ours: overlaps in percent there, as fractions here. */
export function paperText({ paper }: ReportRow, { name, isDistance, digits }: Measure): string {
  if (paper === undefined) return '–'
  return isDistance ? paper[name].toFixed(digits) : (paper[name] / 100).toFixed(4)
}

/** The heads of the table of spreads, which go with `spreadCells`. */
export const SPREADS = [
  'mean',
  'median',
  'SD cases',
  'SD folds',
  'SD seeds',
  'SD runs',
  '95 % interval of the mean',
  'without empties',
] as const

export function spreadCells(summary: MeasureSummary, digits: number): string[] {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '–' : figure(value, digits))
  const { interval } = summary
  return [
    text(summary.mean),
    text(summary.median),
    text(summary.sdCases),
    text(summary.sdFolds),
    text(summary.sdSeeds),
    text(summary.sdRuns),
    interval === null ? '–' : `${figure(interval.low, digits)} to ${figure(interval.high, digits)}`,
    text(summary.meanWithoutEmpty),
  ]
}

export function hasPaper({ rows }: ReportedComparison): boolean {
  return rows.some(({ paper }) => paper !== undefined)
}

/** Heads of the table of scores: what a paper prints. */
export function scoreHeads(reported: ReportedComparison): string[] {
  const { measures } = reported
  const paper = hasPaper(reported) ? measures.map(({ title }) => `paper: ${title}`) : []
  return ['method', 'runs', 'cases', ...measures.map(({ title }) => `${title}, mean ± SD cases`), 'empty', ...paper]
}
