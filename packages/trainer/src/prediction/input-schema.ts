import type { Preparation } from '@dualseg/data'
import { z } from 'zod'
import { axes, positive, triple } from '../training/settings-schema'
import type { ExpectedInput } from './expected-input'

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

/** What networks expect of an image, as it is written. */
export const expectedInput: z.ZodType<ExpectedInput> = z
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
  }))

function withAxes({ isLps, axes = null, ...others }: z.infer<typeof preparation>): Preparation {
  return { ...others, axes: isLps === undefined ? axes : isLps ? 'LPS' : null } as Preparation
}
