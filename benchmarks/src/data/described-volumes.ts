import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { IntensityRule, Preparation } from '@dualseg/data'
import { type FilesSource, type LaSource, readFileSums, readSha256Sums } from '@dualseg/data/node'
import type { Description } from './description'
import { type FoundVolumes, findVolumes } from './find-volumes'
import { preparationOf, readPreparedRecord } from './prepare/prepared-record'

/** The volumes of a described data set that are there, and how they are read. */
export interface DescribedVolumes extends FoundVolumes {
  readonly source: FilesSource | LaSource
  readonly preparation: Preparation
}

/**
 * Looks for a data set's volumes; none is read.
 *
 * @returns null if there are none
 */
export async function describedVolumes(description: Description, data: string | undefined): Promise<DescribedVolumes | null> {
  const found = findVolumes(description, data)
  if (found === null) return null
  return { ...found, source: await sourceOf(description, found.root), preparation: preparationFrom(description, found.root) }
}

/** Scans that `bench data prepare` made ready became so as it wrote down; of any others the description is all that is known. */
function preparationFrom(description: Description, root: string): Preparation {
  const intensity = ruleOf(description)
  const record = readPreparedRecord(root)
  if (record && intensity.kind === 'none' && intensity.window === undefined) return preparationOf(record)
  return { modality: null, begins: 'file', spacing: null, axes: null, intensity, crop: 'none' }
}

const KINDS = { none: 'none', unit: 'unit', standard: 'standardise' } as const

function ruleOf({ intensity: { scale, window } }: Description): IntensityRule {
  return { kind: KINDS[scale], ...(window && { window }) }
}

async function sourceOf(description: Description, root: string): Promise<FilesSource | LaSource> {
  const { name, folder, files, classes, background } = description
  // The Left Atrium has a reader of its own, which sees damage that no other file format lets one see.
  if (name === 'la') return { kind: 'la', root, sha256: await readSha256Sums(join(folder, 'SHA256SUMS')) }
  const sums = join(root, 'SHA256SUMS')
  return {
    kind: 'files',
    root,
    image: files.image,
    label: files.label,
    ...(files.unlabelled && { unlabelled: files.unlabelled }),
    ...(files.datasets && { datasets: files.datasets }),
    classes,
    background,
    intensity: ruleOf(description),
    ...(existsSync(sums) && { sha256: await readFileSums(sums) }),
  }
}
