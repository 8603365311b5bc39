import { mean } from 'simple-statistics'
import type { CaseValues } from './paired-comparison'

/** What one run said about its cases. */
export interface RunScores<M extends string> {
  readonly cases: readonly ({ readonly id: string; readonly emptyPrediction: boolean } & Readonly<Record<M, number>>)[]
}

/** Distances to nothing do not exist: the 0 that the papers write for them would be the best of all. */
const NEEDS_A_SURFACE: ReadonlySet<string> = new Set(['hd95', 'asd', 'assd'])

/**
 * One value a case from all runs that tested it: the mean, so that seeds do not pass for patients.
 *
 * An empty prediction counts as 0 in an overlap and is left out of a distance; a case that has no other is not there.
 */
export function caseValues<M extends string>(runs: readonly RunScores<M>[], measure: M): CaseValues {
  const measured = ({ emptyPrediction }: { emptyPrediction: boolean }) => !(emptyPrediction && NEEDS_A_SURFACE.has(measure))
  return meansOfCases(
    runs.map(({ cases }) => ({ cases: cases.filter(measured) })),
    measure,
  )
}

/** The same with what the papers' tables count: an empty prediction is 0 in every measure. */
export function tabledValues<M extends string>(runs: readonly RunScores<M>[], measure: M): CaseValues {
  return meansOfCases(runs, measure)
}

function meansOfCases<M extends string>(runs: readonly RunScores<M>[], measure: M): CaseValues {
  const byCase = new Map<string, number[]>()
  for (const { cases } of runs) for (const one of cases) byCase.set(one.id, [...(byCase.get(one.id) ?? []), one[measure]])
  return new Map([...byCase].map(([id, values]) => [id, mean(values)]))
}
