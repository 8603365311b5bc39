import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Preparation } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { writeOutput } from '../../command-line/output-place'
import { readJson } from '../read-json'

const finite = z.number()
const sums = { image: z.string(), label: z.string() }

const schema = z.object({
  variant: z.string(),
  recipe: z.looseObject({ window: z.tuple([finite, finite]), step: finite.positive() }),
  foreground: z.array(z.int()),
  ignoreOrigin: z.boolean(),
  /** SHA-256 of what was made, and of the scan and label that it was made from; earlier versions kept none of those. */
  cases: z.record(z.string(), z.object({ ...sums, from: z.object(sums).optional() })),
})

/** `prepared.json` beside prepared volumes: how scans became these, and the sums of what is done. */
export type PreparedRecord = z.infer<typeof schema>

const fileOf = (folder: string) => join(folder, 'prepared.json')

/**
 * @returns undefined where nothing was prepared
 * @throws DUALSEG_DATA for a file that is no such record
 */
export function readPreparedRecord(folder: string): PreparedRecord | undefined {
  const file = fileOf(folder)
  if (!existsSync(file)) return undefined
  const parsed = schema.safeParse(readJson(file))
  if (parsed.success) return parsed.data
  throw dualsegError('DUALSEG_DATA', `${file} does not say how the volumes beside it were prepared; prepare them anew`, {
    cause: parsed.error,
  })
}

/** Replaces the record, and `SHA256SUMS` with it: a case that the record does not have is no case of the folder. */
export function writePreparedRecord(folder: string, record: PreparedRecord): void {
  writeOutput('--out', fileOf(folder), `${JSON.stringify(record, null, 2)}\n`)
  writeOutput('--out', join(folder, 'SHA256SUMS'), sumLines(record.cases))
}

/** How a new CT becomes like volumes that were prepared so. */
export function preparationOf({ recipe: { window, step } }: PreparedRecord): Preparation {
  return {
    modality: 'CT',
    spacing: [step, step, step],
    axes: 'LPS',
    intensity: { kind: 'standardise', window, over: 'crop' },
    crop: 'label',
  }
}

function sumLines(cases: PreparedRecord['cases']): string {
  return Object.entries(cases)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { image, label }]) => `${image}  ${id}/image.nii.gz\n${label}  ${id}/label.nii.gz\n`)
    .join('')
}
