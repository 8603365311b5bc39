import type { CaseResult, ClassScores } from '@dualseg/trainer'
import type { Comparison } from './comparison'

/** What the figures of a comparison are of, where its data set has several classes. */
export interface ScoredClass {
  /** `mean of 2 classes`, `class liver`. */
  readonly title: string
  /** 1, 2, …; absent for the mean over all. */
  readonly label?: number
}

/** Cases as they scored one class. */
export function casesOfClass(cases: readonly CaseResult[], label: number): (ClassScores & { readonly id: string })[] {
  return cases.map(({ id, classes }) => ({ id, ...classes![label - 1]! }))
}

/** A comparison as it is where there is one class; else that of the means over the classes, and one of every class. */
export function ofClasses(comparison: Comparison): Comparison[] {
  const names = classNamesOf(comparison)
  if (names === undefined) return [comparison]
  const ofClass = (name: string, label: number): Comparison => ({
    ...comparison,
    arms: comparison.arms.map((arm) => ({
      ...arm,
      runs: arm.runs.map((run) => ({ ...run, cases: casesOfClass(run.cases, label) })),
    })),
    scored: { title: `class ${name}`, label },
  })
  return [
    { ...comparison, scored: { title: `mean of ${names.length} classes` } },
    ...names.map((name, index) => ofClass(name, index + 1)),
  ]
}

/** Names of the classes, where there are several. */
export function classNamesOf({ arms }: Pick<Comparison, 'arms'>): readonly string[] | undefined {
  return arms[0]?.runs[0]?.config.settings.classNames
}
