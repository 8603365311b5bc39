import { MEASURES } from './measures'
import type { Report } from './report'

/** Marks a folder as one that a report may be written over. */
export const REPORT_FORMAT = 'dualseg report 1'

/** The report's figures as plain data, for programs. */
export function reportJson({ comparisons, unfinished, faults }: Report): unknown {
  return {
    format: REPORT_FORMAT,
    unfinished,
    faults,
    comparisons: comparisons.map(({ stamp, comparison, rows, verdicts, best, reading, cautions, differs, commands }) => ({
      stamp,
      conditions: comparison.conditions,
      folds: comparison.folds,
      seeds: comparison.seeds,
      missing: comparison.missing,
      part: comparison.part,
      unlike: comparison.unlike,
      methods: rows.map(({ arm, paper, ...row }) => ({
        method: arm.method,
        without: arm.without,
        ...row,
        paper,
        identities: arm.runs.map(({ sha256 }) => sha256),
      })),
      pairs: Object.fromEntries(
        MEASURES.map(({ name }) => [
          name,
          verdicts[name].map(({ a, b, better, ...rest }) => ({ a: a.name, b: b.name, ...rest, better: better?.name ?? null })),
        ]),
      ),
      separablyBest: Object.fromEntries(MEASURES.map(({ name }) => [name, best[name]?.name ?? null])),
      cautions,
      reading,
      differs,
      commands,
    })),
  }
}
