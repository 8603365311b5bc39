import { join } from 'node:path'
import type { Preparation } from '@dualseg/data'
import { z } from 'zod'
import type { ExpectedInput } from '../../prediction/expected-input'
import { readStored, type StoredFile, writeStored } from '../disk/stored-json'
import { axes, positive, triple } from './schemas'

const intensity = z.looseObject({
  kind: z.enum(['standardise', 'unit', 'none']),
  window: z.tuple([z.number(), z.number()]).optional(),
  over: z.enum(['scan', 'crop']).optional(),
  outside: z.union([z.number(), z.literal('minimum')]).optional(),
})

const preparation = z
  .looseObject({
    modality: z.enum(['MR', 'CT']).nullable(),
    begins: z.enum(['scan', 'file']).optional(),
    spacing: triple.nullable(),
    axes: z.string().nullable().optional(),
    /** Runs of 0.0 know two orders of axes. */
    isLps: z.boolean().optional(),
    intensity,
    otherIntensities: z.array(intensity).optional(),
    interpolation: z.literal('cubic').optional(),
    crop: z.enum(['none', 'label']),
  })
  .refine(({ axes, isLps }) => axes !== undefined || isLps !== undefined, { path: ['axes'], message: 'missing' })

const range = z.looseObject({ least: triple, most: triple })

const summary = z.looseObject({ images: positive, size: range, percentiles: range, commonest: z.number() })

const INPUT: StoredFile<ExpectedInput> = {
  schema: z
    .strictObject({
      preparation: preparation.nullable(),
      images: summary.nullable(),
      otherImages: z.array(summary.nullable()).optional(),
      mirrorAxes: axes.optional(),
      classes: z
        .array(z.strictObject({ name: z.string().min(1), values: z.array(z.int()).min(1) }))
        .min(1)
        .optional(),
    })
    .transform(({ preparation, images, otherImages, mirrorAxes, classes }) => ({
      preparation: preparation && withAxes(preparation),
      images,
      ...(otherImages && { otherImages }),
      ...(mirrorAxes && { mirrorAxes }),
      ...(classes && { classes }),
    })),
  remedy:
    'repeat the command that began the run, after moving result.json away where there is one; it writes both again, and nothing is lost',
}

/** `input.json`; undefined for a run of a version that kept none. @throws DUALSEG_DATA with a `fault` if it is damaged */
export function readInput(folder: string): ExpectedInput | undefined {
  return readStored(join(folder, 'input.json'), INPUT)
}

export function writeInput(folder: string, input: ExpectedInput): void {
  writeStored(join(folder, 'input.json'), input)
}

function withAxes({ isLps, axes = null, ...others }: z.infer<typeof preparation>): Preparation {
  return { ...others, axes: isLps === undefined ? axes : isLps ? 'LPS' : null } as Preparation
}
