import { join } from 'node:path'
import { type LogLine, readStored, readWholeLog, type StoredFile } from '@dualseg/trainer'
import { mean } from 'simple-statistics'
import { z } from 'zod'
import type { ReportedRun } from './run-files'

/** How one term went over a run. */
export interface LoggedTerm {
  readonly term: string
  /** Means of blocks of iterations; NaN where a block has no number. */
  readonly points: readonly { readonly iteration: number; readonly value: number }[]
  /** Between what and what its weight was; `none`: it trained nothing; `unknown`: not kept. */
  readonly weight: readonly [low: number, high: number] | 'none' | 'unknown'
}

/** More would not be seen, and 6,000 iterations of eleven methods would be megabytes. */
const POINTS = 240

/**
 * The terms of a run from its log, or from the summary that is kept of it (`benchmarks/results`).
 *
 * @returns undefined for a run that was kept with neither
 * @throws DUALSEG_DATA with a `fault` if the file is damaged, or is not of the run's iterations
 */
export function readTerms({ folder, config }: Pick<ReportedRun, 'folder' | 'config'>): LoggedTerm[] | undefined {
  const { iterations } = config.settings
  const log = readWholeLog(folder, iterations)
  if (log !== undefined) return termsOfLog(log)
  const summary = readStored(join(folder, 'log-summary.json'), summaryOf(iterations))
  return summary && termsOfSummary(summary)
}

/** Long logs as means of equal blocks of iterations. */
export function termsOfLog(lines: readonly LogLine[]): LoggedTerm[] {
  const length = Math.max(1, Math.ceil(lines.length / POINTS))
  const blocks = Array.from({ length: Math.ceil(lines.length / length) }, (_, i) => lines.slice(i * length, (i + 1) * length))
  const terms = [...new Set(lines.flatMap((line) => [...Object.keys(line.terms), ...Object.keys(line.noted)]))]
  return terms.map((term) => {
    const weights = lines.flatMap((line) => (term in line.weights ? [line.weights[term]!] : []))
    return {
      term,
      points: blocks.map((block) => {
        const values = block.map((line) => line.terms[term] ?? line.noted[term]).filter((value) => typeof value === 'number')
        return {
          iteration: mean(block.map(({ iteration }) => iteration)),
          value: values.length === 0 ? Number.NaN : mean(values),
        }
      }),
      weight: weights.length === 0 ? 'none' : [Math.min(...weights), Math.max(...weights)],
    }
  })
}

interface LogSummary {
  readonly iterations: number
  /** Runs kept by version 0.0 lack it. */
  readonly weights?: Readonly<Record<string, readonly [number, number]>> | undefined
  /** Of equal pieces; `upTo`: the last iteration. */
  readonly means: readonly ({ readonly upTo: number } & Readonly<Record<string, number | null>>)[]
}

/** `log-summary.json`, written by `scripts/keep-runs.mjs`. */
function summaryOf(iterations: number): StoredFile<LogSummary> {
  return {
    schema: z.object({
      iterations: z.int(),
      weights: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
      means: z.array(z.object({ upTo: z.int() }).catchall(z.number().nullable())),
    }),
    remedy: 'go on: no result needs it, and the run is reported without its curves',
    refuse: (summary) =>
      summary.iterations === iterations ? undefined : `it is of ${summary.iterations} iterations, the run of ${iterations}`,
  }
}

function termsOfSummary({ means, weights }: LogSummary): LoggedTerm[] {
  const terms = [...new Set(means.flatMap(({ upTo: _, ...values }) => Object.keys(values)))]
  return terms.map((term) => ({
    term,
    points: means.map((piece, i) => ({
      iteration: ((i === 0 ? 0 : means[i - 1]!.upTo + 1) + piece.upTo) / 2,
      value: piece[term] ?? Number.NaN,
    })),
    weight: weights === undefined ? 'unknown' : (weights[term] ?? 'none'),
  }))
}
