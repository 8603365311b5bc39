import { join } from 'node:path'
import { z } from 'zod'
import type { Summary } from '../../prediction/summarise'
import { readStored, type StoredFile, writeStored } from '../disk/stored-json'
import type { RunResult } from '../run-plan'
import { sha256Text } from './schemas'

const summary: z.ZodType<Summary> = z.object({
  mean: z.number(),
  sd: z.number(),
  median: z.number(),
  min: z.number(),
  max: z.number(),
})

const summaries = {
  emptyPredictions: z.int(),
  emptyReferences: z.int().optional(),
  dice: summary.optional(),
  jaccard: summary.optional(),
  hd95: summary.optional(),
  asd: summary.optional(),
}

export const RESULT = {
  schema: z.strictObject({
    configSha256: sha256Text,
    dataset: z.string(),
    method: z.string(),
    without: z.array(z.string()),
    profile: z.string(),
    protocol: z.string(),
    fold: z.int(),
    seed: z.int(),
    labelledCases: z.int(),
    iterations: z.int(),
    cases: z.int(),
    ...summaries,
    distanceUnit: z.literal('mm').optional(),
    classes: z
      .array(z.strictObject({ name: z.string(), ...summaries }))
      .min(2)
      .optional(),
  }),
  remedy: 'repeat the command that began the run, which makes it again from cases.jsonl and the last checkpoint; nothing is lost',
} as StoredFile<RunResult>

/** `result.json`; undefined where there is none. @throws DUALSEG_DATA with a `fault` if it is damaged */
export function readResult(folder: string): RunResult | undefined {
  return readStored(join(folder, 'result.json'), RESULT)
}

export function writeResult(folder: string, result: RunResult): void {
  writeStored(join(folder, 'result.json'), result)
}
