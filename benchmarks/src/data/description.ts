import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { Axis } from '@dualseg/data'
import { visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { choose } from '../command-line/choose'
import { COMMAND_NAMES } from '../command-line/command-names'
import { channels, channelsFrom, intensity, path } from './described-channels'
import { labelFields, labelsFrom } from './described-labels'
import { descriptionOfLayout } from './layouts/foreign-layout'
import { filesOf } from './layouts/layout'
import { projectRoot } from './project-root'
import { readJson } from './read-json'
import { schemaFaults } from './schema-faults'
import { whyTaken } from './taken-names'
import { usualVolumes } from './usual-volumes'

/** V-Net halves its input four times. */
const PATCH_MULTIPLE = 16

const AXES = ['x', 'y', 'z'] as const

/** No scan is longer. */
const LONGEST_PATCH = 1024
/** As `--iterations` and `--seed` take them. */
const MOST_ITERATIONS = 1_000_000
const LARGEST_SEED = 2 ** 32 - 1
/** Of the first level; the narrowest has 16 times as many. */
const MOST_FILTERS = 256

const multiple = z.int().min(PATCH_MULTIPLE).max(LONGEST_PATCH).multipleOf(PATCH_MULTIPLE)
const patch = z.tuple([multiple, multiple, multiple])
const positive = z.int().positive()
const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
const step = z.number().positive()
const windows = z
  .strictObject({
    patch,
    stride: z.tuple([positive, positive, positive]),
    /** Where they differ from the profile of this name. */
    iterations: positive.max(MOST_ITERATIONS).optional(),
    filters: positive.max(MOST_FILTERS).optional(),
    /** The rate at first: it falls to 0 by the power 0.9, after ten steps that warm up. */
    rate: z.number().positive().optional(),
  })
  .refine(
    ({ patch: size, stride }) => stride.every((step, axis) => step <= size[axis]!),
    'stride is larger than the patch: voxels between windows would not be predicted',
  )
function hasOneGroup(pattern: string): boolean {
  try {
    return new RegExp(`${pattern}|`, 'u').exec('')!.length === 2
  } catch {
    return false
  }
}

const fields = z.strictObject({
  /** As on the command line and in run folders. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  title: z.string().min(1),
  /** Paths below the folder of volumes; image and label may be one HDF5 file with two datasets. A case without a label file is unlabelled. */
  files: z.strictObject({
    image: path.optional(),
    label: path,
    /** Where more images without labels lie. */
    unlabelled: path.optional(),
    datasets: z.strictObject({ image: z.string(), label: z.string() }).optional(),
  }),
  ...labelFields,
  intensity: intensity.optional(),
  channels: channels.optional(),
  /** mm along left-right, front-back, foot-head that scans are brought to, or the median of theirs; as they are if not given. */
  spacing: z
    .union([z.tuple([step, step, step]), z.literal('median')], 'expected three numbers above 0 (mm), or "median"')
    .optional(),
  /** Patch, sliding-window stride, and what else is another than in the Left Atrium's profiles; reduced ones follow from `full` where they are not given. */
  profiles: z.strictObject({ full: windows, half: windows.optional(), quick: windows.optional() }),
  /** Taken where a command line names none. */
  profile: z.enum(['quick', 'half', 'full']).default('full'),
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
    z.strictObject({ count: z.int().min(2), seed: z.int().min(0).max(LARGEST_SEED) }),
  ]),
  /** Whose scans cases are, where a patient has several: the only group of a pattern in the case's name, or a table `case,patient` beside the description. */
  patients: z
    .union([
      z.strictObject({
        pattern: z.string().refine(hasOneGroup, 'must be a regular expression with one group, such as "^(P\\d+)_"'),
      }),
      z.strictObject({ table: z.string().min(1) }),
    ])
    .optional(),
  /** Where the files may be had: each by itself, by the sums beside the description, or in one tar archive of so many scans. */
  fetch: z
    .union([
      z.strictObject({
        url: address.refine((text) => /(\{|%7B)case(\}|%7D)/i.test(text), 'must contain {case}'),
        terms: z.string(),
      }),
      z.strictObject({
        archive: address,
        md5: z.string().regex(/^[0-9a-f]{32}$/, 'must be the 32 hexadecimal digits of an MD5'),
        scans: positive,
        /** Those of them that have a label; all if not given. */
        labelled: positive.optional(),
        /** Of the archive, for people. */
        megabytes: z.number().positive().optional(),
        terms: z.string(),
      }),
    ])
    .optional(),
})

/** `dataset.json`: all that the harness must know of a data set. */
const schema = fields.transform((described, context) => {
  const { labels, classes, background, channels, intensity, files, ...others } = described
  const found = labelsFrom({ labels, classes, background })
  const images = channelsFrom({ files, intensity, channels })
  for (const fault of [found, images])
    if (typeof fault === 'string') context.issues.push({ code: 'custom', message: fault, input: described })
  if (typeof found === 'string' || typeof images === 'string') return z.NEVER
  return { ...others, ...found, files: { ...files, ...filesOf(images, files.label) }, channels: images }
})

export type Description = z.infer<typeof schema> & {
  /** Of `dataset.json`: lists, checksums, and perhaps the volumes. */
  readonly folder: string
  /** Where else its volumes are looked for, and put: `volumes` in that folder, but for a data set that came with this program from npm. */
  readonly volumes: string
  /** What names it on a command line: its name for one of this checkout, the path of its description for any other. */
  readonly reference: string
  /** Its description, for messages: as it is typed for one of this checkout. */
  readonly file: string
  /** Whether it came with this program: those alone have a phantom in their place, and are looked for by name. */
  readonly isBuiltIn: boolean
}

/** Names of the data sets that are described. */
export function describedNames(): string[] {
  const folder = join(projectRoot, 'datasets')
  if (!existsSync(folder)) return []
  return visibleNames(folder).filter((name) => existsSync(join(folder, name, 'dataset.json')))
}

/**
 * Reads a data set's description.
 *
 * @param reference `datasets/<name>` by its name; else the absolute path of a folder with `dualseg.json` or `dataset.json`, or of such a
 *   file, which may also be nnU-Net's or the Decathlon's
 * @throws DUALSEG_USAGE for a name that is not described, DUALSEG_DATA for a place without a description, a name that is taken, or a file that does not say what
 *   it must
 */
export async function describe(reference: string): Promise<Description> {
  return isAbsolute(reference) ? describePlace(reference) : describeBuiltIn(reference)
}

function describeBuiltIn(name: string): Description {
  choose('data set', name, describedNames())
  const taken = whyTaken(name)
  if (taken !== undefined)
    throw dualsegError('DUALSEG_DATA', `${taken}; rename datasets/${name}, and the name in its dataset.json`)
  const folder = join(projectRoot, 'datasets', name)
  const path = join(folder, 'dataset.json')
  const parsed = parseDescription(path, readJson(path))
  if (parsed.name !== name) throw dualsegError('DUALSEG_DATA', `${path}: name is ${parsed.name}, expected ${name}, as its folder`)
  return {
    ...parsed,
    folder,
    volumes: usualVolumes(name),
    reference: name,
    file: `datasets/${name}/dataset.json`,
    isBuiltIn: true,
  }
}

async function describePlace(place: string): Promise<Description> {
  const there = statSync(place, { throwIfNoEntry: false })
  // Of a folder that is closed nobody knows what it lacks.
  if (there?.isDirectory()) visibleNames(place)
  const path = there?.isDirectory() ? descriptionIn(place) : place
  if (!existsSync(path)) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} is not there; name a folder with a dataset.json that describes its scans (docs/how-to/data-set.md), or that file`,
    )
  }
  const raw = readJson(path)
  const proposed = await descriptionOfLayout(raw, path, takenNames())
  const parsed = parseDescription(path, proposed?.description ?? raw)
  const taken = describedNames().includes(parsed.name)
    ? `no other data set may be called ${parsed.name}, for datasets/${parsed.name} is`
    : whyTaken(parsed.name)
  if (taken !== undefined) throw dualsegError('DUALSEG_DATA', `${path}: ${taken}; give it another name there`)
  const folder = dirname(path)
  return { ...parsed, folder, volumes: join(folder, 'volumes'), reference: path, file: path, isBuiltIn: false }
}

/** Our own description of a folder; beside another project's `dataset.json` it is called `dualseg.json`. */
export function descriptionIn(folder: string): string {
  const own = join(folder, 'dualseg.json')
  return existsSync(own) ? own : join(folder, 'dataset.json')
}

/** Names that a data set elsewhere may not have. */
export function takenNames(): string[] {
  return [...describedNames(), ...COMMAND_NAMES, 'phantom', 'slurm']
}

function parseDescription(path: string, raw: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw dualsegError('DUALSEG_DATA', `${path}:\n  ${schemaFaults(parsed.error).join('\n  ')}`)
}
