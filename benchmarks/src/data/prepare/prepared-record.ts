import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Preparation } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'

const finite = z.number()

const schema = z.object({
  variant: z.string(),
  recipe: z.looseObject({ window: z.tuple([finite, finite]), step: finite.positive() }),
  foreground: z.array(z.int()),
  ignoreOrigin: z.boolean(),
  cases: z.record(z.string(), z.object({ image: z.string(), label: z.string() })),
})

/** `prepared.json` beside prepared volumes: how scans became these, and the sums of what is done. */
export type PreparedRecord = z.infer<typeof schema>

export const preparedFile = (folder: string) => join(folder, 'prepared.json')

/**
 * @returns undefined where nothing was prepared
 * @throws DUALSEG_DATA for a file that is no such record
 */
export function readPreparedRecord(folder: string): PreparedRecord | undefined {
  const file = preparedFile(folder)
  if (!existsSync(file)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw dualsegError('DUALSEG_DATA', `${file} does not say how the volumes beside it were prepared; prepare them anew`, {
      cause,
    })
  }
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
