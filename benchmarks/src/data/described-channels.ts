import type { IntensityRule } from '@dualseg/data'
import { z } from 'zod'

/** A path below the folder of volumes. */
export const path = z
  .string()
  .refine((text) => text.includes('{case}'), 'must contain {case}')
  .refine((text) => !text.startsWith('/') && !text.split('/').includes('..'), 'must lie below the folder of volumes')

const KINDS = { none: 'none', unit: 'unit', standard: 'standardise' } as const

/** What is done to the values of an image, and what lies beyond it. */
export const intensity = z
  .strictObject({
    window: z
      .tuple([z.number(), z.number()])
      .refine(([low, high]) => low < high, 'window must go from low to high')
      .optional(),
    scale: z.enum(['none', 'unit', 'standard']).default('none'),
    /** Where a scan is smaller than a patch: a value in its own units, its lowest (with a window that one's low end), or 0 after all that is done to values. */
    outside: z
      .union([z.number(), z.enum(['minimum', 'zero'])], 'expected a value in the scan\'s units, "minimum" or "zero"')
      .default('minimum'),
  })
  .transform(
    ({ scale, window, outside }): IntensityRule => ({
      kind: KINDS[scale],
      ...(window && { window }),
      ...(outside !== 'zero' && { outside }),
    }),
  )

/** One of several images of a case. */
const channel = z.strictObject({
  /** What it shows, such as T1 or FLAIR: as in messages and plans. */
  name: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[^",;|/\\\p{C}]*$/u, 'a name has no comma, semicolon, bar, slash, quotation mark or control character'),
  image: path,
  /** Where more images without labels lie. */
  unlabelled: path.optional(),
  /** Which volume of a 4-D NIfTI file, from 0. */
  volume: z.int().nonnegative().optional(),
  intensity,
})

export type DescribedChannel = z.infer<typeof channel>

/** Images of a case where it has several, instead of `files.image`, `files.unlabelled` and `intensity`; networks see them in this order. */
export const channels = z
  .array(channel)
  .min(1)
  .superRefine((all, context) => {
    for (const [index, one] of all.entries()) {
      const twin = all.slice(0, index).find((other) => other.name.toLowerCase() === one.name.toLowerCase())
      if (twin !== undefined) context.addIssue({ code: 'custom', message: `'${one.name}' is the name of two channels` })
      const same = all.slice(0, index).find((other) => other.image === one.image && other.volume === one.volume)
      if (same !== undefined) {
        const remedy = 'name another file, or which "volume" of a 4-D NIfTI file each is'
        context.addIssue({ code: 'custom', message: `${same.name} and ${one.name} are one image, ${one.image}; ${remedy}` })
      }
    }
  })

interface Given {
  readonly files: { readonly image?: string | undefined; readonly unlabelled?: string | undefined }
  readonly intensity?: IntensityRule | undefined
  readonly channels?: readonly DescribedChannel[] | undefined
}

/** The images of a case however they were described, or what is wrong with them. */
export function channelsFrom({ files, intensity: rule, channels: all }: Given): readonly DescribedChannel[] | string {
  if (all === undefined) {
    if (files.image === undefined) return "give 'files.image' (one image a case) or 'channels' (several)"
    if (rule === undefined) return 'intensity: is missing, expected object'
    return [{ name: '', image: files.image, ...(files.unlabelled && { unlabelled: files.unlabelled }), intensity: rule }]
  }
  const both = ['files.image', 'files.unlabelled', 'intensity'].filter(
    (_, index) => [files.image, files.unlabelled, rule][index] !== undefined,
  )
  return both.length === 0 ? all : `'channels' says of every channel what '${both[0]}' says of a single one; take it out there`
}
