import { join } from 'node:path'
import { z } from 'zod'
import type { CaseResult } from '../../prediction/test-plan'
import { expectLines, type ReadLines, readLines, type StoredLines } from '../disk/stored-lines'

const scores = {
  dice: z.number(),
  jaccard: z.number(),
  hd95: z.number(),
  asd: z.number(),
  emptyPrediction: z.boolean(),
  emptyReference: z.literal(true).optional(),
}

export const CASES: StoredLines<CaseResult> = {
  schema: z.strictObject({ id: z.string().min(1), ...scores, classes: z.array(z.strictObject(scores)).min(2).optional() }),
  remedy:
    'move it and result.json away and repeat the command that began the run: it tests its cases again, and its training is kept',
}

/** `cases.jsonl` of a finished run. @throws DUALSEG_DATA with a `fault` if it is missing or damaged */
export function expectCases(folder: string): readonly CaseResult[] {
  return expectLines(join(folder, 'cases.jsonl'), CASES)
}

/** As far as it is whole; undefined where there is none. */
export function readCases(folder: string): ReadLines<CaseResult> | undefined {
  return readLines(join(folder, 'cases.jsonl'), CASES)
}
