import { MEASURES } from './measures'
import type { Report } from './report'
import { labelledVoxels, predictingNetworks } from './what-rows-see'

/** Marks a folder as one that a report may be written over. */
export const REPORT_FORMAT = 'dualseg report 1'

/** The report's figures as plain data, for programs. */
export function reportJson({ comparisons, labelCourses, overallRanks, unfinished, faults }: Report): unknown {
  return {
    format: REPORT_FORMAT,
    unfinished,
    faults,
    overallRanks: overallRanks.map(({ measure, ...rest }) => ({ measure: measure.name, ...rest })),
    labelCourses: labelCourses.map(({ courses, ...rest }) => ({
      ...rest,
      courses: courses.map(({ points, ...course }) => ({ ...course, points: points.map(({ arm: _, ...point }) => point) })),
    })),
    comparisons: comparisons.map(
      ({
        stamp,
        comparison,
        unit,
        rows,
        verdicts,
        best,
        unlabelled,
        telling,
        bestCheckpoints,
        reading,
        cautions,
        seen,
        differs,
        commands,
      }) => ({
        stamp,
        conditions: comparison.conditions,
        distances: unit,
        ...(comparison.scored && { scored: comparison.scored }),
        folds: comparison.folds,
        seeds: comparison.seeds,
        telling,
        bestCheckpoints,
        missing: comparison.missing,
        part: comparison.part,
        unlike: comparison.unlike,
        methods: rows.map(({ arm, paper, ...row }) => ({
          method: arm.method,
          without: arm.without,
          ...row,
          paper,
          networks: predictingNetworks(arm.method),
          labelledVoxels: labelledVoxels(arm.runs[0]!.config.settings),
          identities: arm.runs.map(({ sha256 }) => sha256),
        })),
        pairs: Object.fromEntries(
          MEASURES.map(({ name }) => [
            name,
            verdicts[name].map(({ a, b, better, ...rest }) => ({ a: a.name, b: b.name, ...rest, better: better?.name ?? null })),
          ]),
        ),
        fromUnlabelled: unlabelled.map(({ arm, twin, measures }) => ({
          method: arm.name,
          twin: twin.name,
          ...Object.fromEntries(
            MEASURES.map(({ name }) => {
              const { own, twin: ofTwin, verdict } = measures[name]
              return [name, { own, twin: ofTwin, cases: verdict.cases, runs: verdict.runs, separable: verdict.separable }]
            }),
          ),
        })),
        separablyBest: Object.fromEntries(MEASURES.map(({ name }) => [name, best[name]?.name ?? null])),
        seen,
        cautions,
        reading,
        differs,
        commands,
      }),
    ),
  }
}
