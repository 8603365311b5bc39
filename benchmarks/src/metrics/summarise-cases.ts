import type { Definition, LabelEvaluation } from '@dualseg/metrics'
import { type Spread, spread } from '../statistics/spread'
import type { MeasuredCase } from './measure-case'

/** Every figure of a label, in the order of tables and files. */
export const MEASURES = [
  'dice',
  'jaccard',
  'precision',
  'recall',
  'volumeDifference',
  'relativeVolumeDifference',
  'hd',
  'hd95',
  'asd',
  'asdReverse',
  'assd',
  'assdOfMeans',
  'nsd',
] as const
export type Measure = (typeof MEASURES)[number]

/** Measures that an excluded case has no part in. */
const OF_DISTANCE: ReadonlySet<Measure> = new Set(['hd', 'hd95', 'asd', 'asdReverse', 'assd', 'assdOfMeans', 'nsd'])

/** A label under a definition over all cases that have it. */
export interface LabelSummary {
  label: number
  definition: Definition
  cases: number
  /** Cases left out of the means of distances. */
  excluded: number
  emptyPredictions: number
  emptyReferences: number
  measures: Partial<Record<Measure, Spread>>
}

export function summariseCases(cases: readonly MeasuredCase[]): LabelSummary[] {
  const groups = new Map<string, LabelEvaluation[]>()
  for (const result of cases.flatMap(({ results }) => results)) {
    const key = `${result.label} ${result.definition}`
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  return [...groups.values()].map(summariseLabel).sort((a, b) => a.label - b.label)
}

function summariseLabel(results: readonly LabelEvaluation[]): LabelSummary {
  const [{ label, definition }] = results as [LabelEvaluation]
  const count = (test: (result: LabelEvaluation) => boolean) => results.filter(test).length
  const measures: Partial<Record<Measure, Spread>> = {}
  for (const measure of MEASURES) {
    const counted = results.filter(({ excluded }) => !(excluded && OF_DISTANCE.has(measure)))
    const values = counted.map((result) => result[measure]).filter((value) => value !== undefined)
    if (values.length > 0) measures[measure] = spread(values)
  }
  return {
    label,
    definition,
    cases: results.length,
    excluded: count(({ excluded }) => excluded),
    emptyPredictions: count(({ emptyPrediction }) => emptyPrediction),
    emptyReferences: count(({ emptyReference }) => emptyReference),
    measures,
  }
}
