import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Preparation, Triple } from '@dualseg/data'
import { type FilesSource, type LaSource, readFileSums, readSha256Sums } from '@dualseg/data/node'
import type { DescribedChannel } from './described-channels'
import type { Description } from './description'
import { type FoundVolumes, findVolumes } from './find-volumes'
import { medianSpacing } from './median-spacing'
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
  const spacing = description.spacing === 'median' ? await medianSpacing(description, found) : description.spacing
  return {
    ...found,
    source: await sourceOf(description, found.root, spacing),
    preparation: preparationFrom(description, found.root, spacing),
  }
}

/** Scans that `bench data prepare` made ready became so as it wrote down; of any others the description is all that is known. */
function preparationFrom({ channels }: Description, root: string, spacing: Triple | undefined): Preparation {
  const [{ intensity }, ...others] = channels as [DescribedChannel, ...DescribedChannel[]]
  const record = readPreparedRecord(root)
  if (record && intensity.kind === 'none' && intensity.window === undefined) return preparationOf(record)
  return {
    modality: null,
    begins: 'file',
    spacing: spacing ?? null,
    axes: null,
    intensity,
    ...(others.length > 0 && { otherIntensities: others.map((one) => one.intensity) }),
    ...(spacing && { interpolation: 'cubic' }),
    crop: 'none',
  }
}

async function sourceOf(
  { name, folder, files, channels, classes, background }: Description,
  root: string,
  spacing: Triple | undefined,
): Promise<FilesSource | LaSource> {
  // The Left Atrium has a reader of its own, which sees damage that no other file format lets one see.
  if (name === 'la') return { kind: 'la', root, sha256: await readSha256Sums(join(folder, 'SHA256SUMS')) }
  const sums = join(root, 'SHA256SUMS')
  const [first, ...others] = channels.map(({ image, unlabelled, volume, ...rest }) => ({
    ...rest,
    image,
    ...(unlabelled && { unlabelled }),
    ...(volume !== undefined && { volume }),
  }))
  const { name: channel, ...ofFirst } = first!
  return {
    kind: 'files',
    root,
    ...ofFirst,
    ...(others.length > 0 && { channel, otherChannels: others }),
    label: files.label,
    ...(files.datasets && { datasets: files.datasets }),
    classes,
    background,
    ...(spacing && { spacing }),
    ...(existsSync(sums) && { sha256: await readFileSums(sums) }),
  }
}

/** What is to be said of scans that are brought to one spacing. */
export function resampledScans({ source }: DescribedVolumes): string[] {
  if (source.kind !== 'files' || source.spacing === undefined) return []
  const grid = source.spacing.join(' × ')
  return [
    `Scans are brought to ${grid} mm where they have other steps; sizes are those on this grid. Predictions are scored and written on their own.`,
  ]
}
