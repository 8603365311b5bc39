import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { dataError } from '../data-error'
import { type IntensityRule, scaleIntensity } from '../preparation'
import { axesOf, reorient } from '../reorient'
import { hasOtherSpacing } from '../resample'
import { resampleImageCubic, resampleLabelLinear } from '../resample-case'
import { gridDifference } from '../same-grid'
import { emptyLike } from '../tensor-order'
import type { ImageVolume, LabelVolume, Triple, Volume, VolumeGrid } from '../volume'
import { wholeLabels } from '../whole-labels'
import type { FilesSource } from './case-source'
import { hasLabel } from './has-label'
import { type FileVolume, readGrid, readImage } from './images/read-image'
import { pathAsStored } from './path-as-stored'
import { sha256OfPath } from './sha256-of-path'
import { voxelFileOf } from './voxel-file'

export interface FilesCase {
  size: Triple
  /** Where the axes of its files run to, if they say so. */
  axes?: string
  sha256: string
  image?: ImageVolume
  /** Of a source with several channels, those after the first. */
  otherChannels?: ImageVolume[]
  /** On the grid of the files. */
  label?: LabelVolume
  /** On the image's grid, where that was resampled. */
  resampledLabel?: LabelVolume
  /** The image's grid, where it was resampled. */
  resampledGrid?: VolumeGrid
  /** What one should know of the files, a line each. */
  notes: string[]
}

/** Scored as the empty rule says; see `CaseResult`. */
const NOTHING_TO_FIND = 'has no foreground: a scan on which there is nothing to find (a true negative)'

/** What every case that says how it lies is turned to; nothing is interpolated. */
const TRAINING_AXES = 'LPS'

/**
 * Reads one case of image files and brings it to what training takes: axes to left, back and head, intensities by the rule, labels to the numbers of their classes,
 * and where the source says so both to a spacing. A label without any class is one: of a scan on which there is nothing to find.
 *
 * @throws DUALSEG_DATA naming case and file, what was found, what was expected, and what to do
 */
export async function readFilesCase(
  source: FilesSource,
  id: string,
  wants: { image: boolean; label: boolean },
): Promise<FilesCase> {
  const channels = channelFiles(source, id)
  const labelPath = pathAsStored(source.root, source.label.replaceAll('{case}', id))
  const isLabelled = hasLabel(source, id)
  if (!isLabelled && wants.label)
    throw dataError(`case ${id}: its label ${labelPath} is not there; put it there, or take the case out of the lists`)
  const sums: string[] = []
  // All that are there, whatever is wanted: the sum says which case this is.
  for (const path of new Set([...channels.map(({ path }) => path), ...(isLabelled ? [labelPath] : [])])) {
    sums.push(await checkedSha256(source, path, id))
    const voxels = await voxelFileOf(path)
    if (voxels !== undefined) sums.push(await checkedSha256(source, voxels, id))
  }
  try {
    const [first, ...others] = channels as [ChannelFile, ...ChannelFile[]]
    const stored = wants.image || !wants.label ? await readImage(first.path, first.options) : undefined
    const read = wants.label ? await readImage(labelPath, { dataset: source.datasets?.label ?? 'label' }) : undefined
    const mask = read && wholeLabels(read)
    const grid = stored ?? (await readGrid(first.path, first.options))
    if (mask !== undefined) refuseOtherGrid(mask.volume, grid)
    const axes = axesOf(stored ?? read!)
    const isTurned = axes !== undefined && axes !== TRAINING_AXES
    const turned = <V extends Volume>(volume: V): V => (isTurned ? { ...volume, ...reorient(volume, TRAINING_AXES) } : volume)
    const placed = stored && turned(stored)
    const label = mask && labelOf(turned(mask.volume), source)
    const spacing = source.spacing && resampledTo(source.spacing, (label ?? placed)!)
    const imageOn = (file: FileVolume, rule: IntensityRule): ImageVolume => {
      const image = imageOf(file, rule)
      return spacing ? resampleImageCubic(image, spacing, { shared: true }) : image
    }
    const told = (who: string, notes: readonly string[] = []) => notes.map((note) => `${who} ${note}`)
    const notes = told(others.length === 0 ? 'the image' : `${first.name}`, stored?.notes)
    const further: ImageVolume[] = []
    for (const { path, options, rule, name } of others) {
      if (!wants.image) {
        refuseOtherChannel({ path, name }, await readGrid(path, options), first, grid)
        continue
      }
      const file = await readImage(path, options)
      refuseOtherChannel({ path, name }, file, first, grid)
      notes.push(...told(name!, file.notes))
      further.push(imageOn(turned(file), rule))
    }
    const isEmpty = label?.data.every((value) => value === 0) ?? false
    const image = wants.image ? imageOn(placed!, first.rule) : undefined
    return {
      size: (label ?? placed)!.size,
      ...(axes && { axes }),
      sha256: sha256Of([...sums, takenAs(source, isTurned)]),
      ...(image && { image }),
      ...(further.length > 0 && { otherChannels: further }),
      ...(label !== undefined && { label }),
      ...(image && spacing && { resampledGrid: gridOf(image) }),
      ...(label !== undefined && spacing && { resampledLabel: resampleLabelLinear(label, spacing, { shared: true }) }),
      notes: [
        ...notes,
        ...told('the label', [...(read?.notes ?? []), ...(mask?.notes ?? []), ...(isEmpty ? [NOTHING_TO_FIND] : [])]),
      ],
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'DUALSEG_DATA') throw error
    throw dataError(`case ${id}: ${(error as Error).message}`, { cause: error })
  }
}

/** The same files under another rule are other volumes. */
function takenAs(source: FilesSource, isTurned: boolean): string {
  return JSON.stringify({ ...filesRule(source), ...(isTurned && { axes: TRAINING_AXES }) })
}

/** By what files become volumes. One class needs no name: its volumes are the same under any. */
export function filesRule(source: FilesSource) {
  const { datasets, classes, background = [], intensity, volume, otherChannels = [], spacing } = source
  const sorted = (values: readonly number[]) => [...values].sort()
  const labels =
    classes.length === 1
      ? { foreground: sorted(classes[0]!.values) }
      : { classes: classes.map(({ name, values }) => ({ name, values: [...values] })) }
  return {
    datasets,
    ...labels,
    background: sorted(background),
    ...imageRule(intensity, volume),
    ...(otherChannels.length > 0 && { otherChannels: otherChannels.map((one) => imageRule(one.intensity, one.volume)) }),
    ...(spacing && { spacing: [...spacing] }),
  }
}

function imageRule({ kind, window, outside }: IntensityRule, volume: number | undefined) {
  return { kind, window, ...(outside !== undefined && { outside }), ...(volume !== undefined && { volume }) }
}

function sha256Of(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

/** Where one channel of a case lies, and how it is read. */
interface ChannelFile {
  readonly path: string
  readonly name: string | undefined
  readonly options: { readonly dataset: string; readonly volume?: number }
  readonly rule: IntensityRule
}

/** @throws DUALSEG_DATA if one of several channels is not there */
function channelFiles(source: FilesSource, id: string): ChannelFile[] {
  const { root, channel, otherChannels = [], datasets } = source
  const all = [{ ...source, name: channel }, ...otherChannels]
  return all.map(({ name, image, unlabelled, volume, intensity }) => {
    const placed = (path: string) => pathAsStored(root, path.replaceAll('{case}', id))
    const usual = placed(image)
    const path = unlabelled === undefined || existsSync(usual) ? usual : placed(unlabelled)
    if (otherChannels.length > 0 && !existsSync(path))
      throw dataError(`case ${id}: its ${name} image ${usual} is not there; put it there, or take the case away`)
    return {
      path,
      name,
      options: { dataset: datasets?.image ?? 'image', ...(volume !== undefined && { volume }) },
      rule: intensity,
    }
  })
}

function gridOf({ size, spacing, spacingUnit, origin, direction }: ImageVolume): VolumeGrid {
  return { size, spacing, ...(spacingUnit && { spacingUnit }), ...(origin && { origin }), ...(direction && { direction }) }
}

/**
 * @returns undefined where files have it
 * @throws DUALSEG_DATA for files without a spacing
 */
function resampledTo(spacing: Triple, found: VolumeGrid): Triple | undefined {
  if ((found.spacingUnit ?? 'mm') === 'mm') return hasOtherSpacing(found, spacing) ? spacing : undefined
  throw dataError(
    `its files carry no spacing, so they cannot be brought to ${spacing.join(' x ')} mm; write it into their headers, or take "spacing" out of the description`,
  )
}

async function checkedSha256({ root, sha256 }: FilesSource, path: string, id: string): Promise<string> {
  const found = await sha256OfPath(path).catch((error: Error) => {
    throw dataError(`case ${id}: ${error.message}, or take the case out of the lists`, { cause: error })
  })
  const name = relative(root, path).replaceAll('\\', '/').normalize('NFC')
  const expected = sha256?.[name]
  if (sha256 !== undefined && expected === undefined)
    throw dataError(`case ${id}: no SHA-256 is known for ${name}; add it to the list of sums`)
  if (expected !== undefined && found !== expected.toLowerCase()) {
    throw dataError(`case ${id}: ${path} has SHA-256 ${found}, expected ${expected}; get the file again`)
  }
  return found
}

/** Channels are matched voxel by voxel. */
function refuseOtherChannel(
  { path, name }: Pick<ChannelFile, 'path' | 'name'>,
  grid: VolumeGrid,
  first: ChannelFile,
  ofFirst: VolumeGrid,
): void {
  const difference = gridDifference(grid, ofFirst, [`${name} (${path})`, `${first.name} (${first.path})`])
  if (difference === undefined) return
  throw dataError(`${difference.found}; all channels of a case must be on one grid: bring ${name} to ${first.name}'s`)
}

/** Voxels that lie in other places are never matched by their order: a flipped axis would pass for a wrong segmentation. */
function refuseOtherGrid(label: FileVolume, image: VolumeGrid): void {
  const difference = gridDifference(label, image)
  if (difference === undefined) return
  const { found, isUnknown } = difference
  const remedy = isUnknown
    ? 'how the two belong together would be a guess; write it into the header that lacks it'
    : "they must be on one grid; bring the label to the image's"
  throw dataError(`${label.path}: ${found}; ${remedy}`)
}

function imageOf(stored: FileVolume, rule: IntensityRule): ImageVolume {
  const { path, format: _, storedType: __, notes: ___, ...geometry } = stored
  const data = emptyLike(new Float32Array(), stored.data.length, true)
  data.set(stored.data)
  const wrong = data.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw dataError(`${path}: voxel ${wrong} is ${data[wrong]}, expected finite numbers`)
  const outside = scaleIntensity(data, rule, path)
  return { ...geometry, data, ...(outside !== undefined && { outside }) }
}

function labelOf(mask: FileVolume, { classes, background = [] }: FilesSource): LabelVolume {
  const { path, format: _, storedType: __, notes: ___, ...geometry } = mask
  const classOf = new Map([0, ...background].map((value) => [value, 0]))
  for (const [index, { values }] of classes.entries()) for (const value of values) classOf.set(value, index + 1)
  const data = emptyLike(new Uint8Array(), mask.data.length, true)
  for (let i = 0; i < data.length; i++) {
    const value = mask.data[i]!
    const found = classOf.get(value)
    if (found === undefined) {
      const known = [...classOf.keys()].join(', ')
      throw dataError(
        `${path}: label voxel ${i} is ${value}, expected ${known}; describe ${value} as a class or as background, or correct the label`,
      )
    }
    data[i] = found
  }
  const [first] = data
  if (first !== undefined && first > 0 && data.every((label) => label === first))
    throw dataError(`${path}: every voxel of the label is ${classes[first - 1]!.name}`)
  return { ...geometry, data }
}
