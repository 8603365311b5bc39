import { join } from 'node:path'
import { z } from 'zod'
import { faultError } from '../disk/fault'
import { readLines, type StoredLines } from '../disk/stored-lines'

/** One iteration in `log.jsonl`. */
export interface LogLine {
  /** From 0. */
  readonly iteration: number
  readonly rate: number
  /** Raw values of the terms that were optimised, and what each was multiplied by. */
  readonly terms: Readonly<Record<string, number>>
  readonly weights: Readonly<Record<string, number>>
  /** Values that trained nothing; null where they were not numbers. */
  readonly noted: Readonly<Record<string, number | null>>
  /** That it took: the one value that another time gives otherwise. */
  readonly seconds?: number | undefined
}

const numbers = z.record(z.string(), z.number())

const LOG: StoredLines<LogLine> = {
  schema: z.strictObject({
    iteration: z.int(),
    rate: z.number(),
    terms: numbers,
    weights: numbers,
    noted: z.record(z.string(), z.number().nullable()),
    seconds: z.number().optional(),
  }),
  remedy:
    'no result needs it: move it away, and the run is reported without its curves; to have them again, move checkpoint and result.json away as well ' +
    'and repeat the command that began the run, which trains anew to the same bits',
  refuse: ({ iteration }, index) => (iteration === index ? undefined : `it is of iteration ${iteration}, expected ${index}`),
}

/**
 * The log of a finished run; undefined where there is none: runs that are kept for their figures may go without.
 *
 * @throws DUALSEG_DATA with a `fault` if it is damaged, or is not of as many iterations
 */
export function readWholeLog(folder: string, iterations: number): readonly LogLine[] | undefined {
  const path = join(folder, 'log.jsonl')
  const read = readLines(path, LOG)
  if (read === undefined) return undefined
  const number = `it has ${read.values.length} iterations, the run ${iterations}`
  const found = read.stop?.found ?? (read.values.length === iterations ? undefined : number)
  if (found !== undefined) throw faultError({ file: path, found, remedy: LOG.remedy })
  return read.values
}

/** The log of a run in work: its lines up to the first that is not whole, such as one being written; none where there is no log. @throws DUALSEG_DATA with a `fault` if it cannot be read */
export function readLogSoFar(folder: string): readonly LogLine[] {
  return readLines(join(folder, 'log.jsonl'), LOG)?.values ?? []
}

/**
 * The bytes that the first `iterations` lines take: what a checkpoint of so many needs.
 *
 * @throws DUALSEG_DATA with a `fault` if they are not all there, as they were written
 */
export function expectLogBefore(folder: string, iterations: number): number {
  const path = join(folder, 'log.jsonl')
  const { values, bytes, stop } = readLines(path, LOG, iterations) ?? { values: [], bytes: 0 }
  if (values.length === iterations) return bytes
  const found = stop?.found ?? `it has ${values.length} lines, the checkpoint is of iteration ${iterations}`
  const remedy = `move ${join(folder, 'checkpoint')} away and repeat the command that began the run: it trains anew, to the same bits`
  throw faultError({ file: path, found, remedy })
}
