import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Axis } from '@dualseg/data'
import { visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { choose } from '../command-line/choose'
import { projectRoot } from './project-root'
import { readJson } from './read-json'
import { whyTaken } from './taken-names'

/** V-Net halves its input four times. */
const PATCH_MULTIPLE = 16

const AXES = ['x', 'y', 'z'] as const

const multiple = z.int().min(PATCH_MULTIPLE).multipleOf(PATCH_MULTIPLE)
const patch = z.tuple([multiple, multiple, multiple])
const positive = z.int().positive()
const windows = z
  .strictObject({ patch, stride: z.tuple([positive, positive, positive]) })
  .refine(
    ({ patch: size, stride }) => stride.every((step, axis) => step <= size[axis]!),
    'stride is larger than the patch: voxels between windows would not be predicted',
  )
const path = z
  .string()
  .refine((text) => text.includes('{case}'), 'must contain {case}')
  .refine((text) => !text.startsWith('/') && !text.split('/').includes('..'), 'must lie below the folder of volumes')

/** `datasets/<name>/dataset.json`: all that the harness must know of a data set. */
const schema = z.strictObject({
  /** As on the command line and in run folders. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  title: z.string().min(1),
  /** Paths below the folder of volumes; image and label may be one HDF5 file with two datasets. */
  files: z.strictObject({
    image: path,
    label: path,
    datasets: z.strictObject({ image: z.string(), label: z.string() }).optional(),
  }),
  /** Label values that are the organ, and those that are not and may occur besides 0. */
  labels: z
    .strictObject({ foreground: z.array(z.int()).min(1), background: z.array(z.int()).default([]) })
    .refine(
      ({ foreground, background }) => !foreground.includes(0) && !foreground.some((value) => background.includes(value)),
      'a value is foreground and background (0 always is)',
    ),
  intensity: z.strictObject({
    window: z
      .tuple([z.number(), z.number()])
      .refine(([low, high]) => low < high, 'window must go from low to high')
      .optional(),
    scale: z.enum(['none', 'unit', 'standard']).default('none'),
  }),
  /** Patch and sliding-window stride; those of reduced profiles follow from `full` where they are not given. */
  profiles: z.strictObject({ full: windows, half: windows.optional(), quick: windows.optional() }),
  /** Labelled cases of the published comparison. */
  labelled: positive,
  /** Axes along which a mirrored case could be another patient: left-right, front-back, foot-head. */
  mirror: z
    .array(z.enum(AXES))
    .refine((axes) => new Set(axes).size === axes.length, 'names an axis twice')
    .default([...AXES])
    .transform((axes) => axes.map((axis) => AXES.indexOf(axis) as Axis).sort()),
  /** Lists that are there, of k folds or one split (`ending` is cut off their entries), or k folds drawn once and written. */
  folds: z.union([
    z.strictObject({ lists: z.string(), ending: z.string().optional() }),
    z.strictObject({ count: z.int().min(2), seed: z.int().nonnegative() }),
  ]),
  /** Where the files may be had. */
  fetch: z
    .strictObject({ url: z.url().refine((text) => decodeURI(text).includes('{case}'), 'must contain {case}'), terms: z.string() })
    .optional(),
})

export type Description = z.infer<typeof schema> & {
  /** `datasets/<name>`: lists, checksums, and by default `volumes`. */
  readonly folder: string
}

/** Names of the data sets that are described. */
export function describedNames(): string[] {
  const folder = join(projectRoot, 'datasets')
  if (!existsSync(folder)) return []
  return visibleNames(folder).filter((name) => existsSync(join(folder, name, 'dataset.json')))
}

/**
 * Reads `datasets/<name>/dataset.json`.
 *
 * @throws DUALSEG_USAGE for a name that is not described, DUALSEG_DATA for one that is taken, or a file that does not say what it must
 */
export function describe(name: string): Description {
  choose('data set', name, describedNames())
  const taken = whyTaken(name)
  if (taken !== undefined) throw dualsegError('DUALSEG_DATA', taken)
  const folder = join(projectRoot, 'datasets', name)
  const file = join(folder, 'dataset.json')
  const parsed = schema.safeParse(readJson(file))
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`)
    throw dualsegError('DUALSEG_DATA', `${file}:\n  ${faults.join('\n  ')}`)
  }
  if (parsed.data.name !== name)
    throw dualsegError('DUALSEG_DATA', `${file}: name is ${parsed.data.name}, expected ${name}, as its folder`)
  return { ...parsed.data, folder }
}
