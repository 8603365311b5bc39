import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { dataError } from '../data-error'
import { type IntensityRule, scaleIntensity } from '../preparation'
import { axesOf, reorient } from '../reorient'
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
  label?: LabelVolume
  /** What one should know of the files, a line each. */
  notes: string[]
}

/** Scored as the empty rule says; see `CaseResult`. */
const NOTHING_TO_FIND = 'has no foreground: a scan on which there is nothing to find (a true negative)'

/** What every case that says how it lies is turned to; nothing is interpolated. */
const TRAINING_AXES = 'LPS'

/**
 * Reads one case of image files and brings it to what training takes: axes to left, back and head, intensities by the rule, labels to the numbers of their classes.
 * A label without any class is one: of a scan on which there is nothing to find.
 *
 * @throws DUALSEG_DATA naming case and file, what was found, what was expected, and what to do
 */
export async function readFilesCase(
  source: FilesSource,
  id: string,
  wants: { image: boolean; label: boolean },
): Promise<FilesCase> {
  const paths = { image: imagePath(source, id), label: pathOf(source, 'label', id) }
  const isLabelled = hasLabel(source, id)
  if (!isLabelled && wants.label)
    throw dataError(`case ${id}: its label ${paths.label} is not there; put it there, or take the case out of the lists`)
  const sums: string[] = []
  // Both that are there, whatever is wanted: the sum says which case this is.
  for (const path of new Set(isLabelled ? [paths.image, paths.label] : [paths.image])) {
    sums.push(await checkedSha256(source, path, id))
    const voxels = await voxelFileOf(path)
    if (voxels !== undefined) sums.push(await checkedSha256(source, voxels, id))
  }
  try {
    const ofImage = { dataset: source.datasets?.image ?? 'image' }
    const stored = wants.image || !wants.label ? await readImage(paths.image, ofImage) : undefined
    const read = wants.label ? await readImage(paths.label, { dataset: source.datasets?.label ?? 'label' }) : undefined
    const mask = read && wholeLabels(read)
    if (mask !== undefined) refuseOtherGrid(mask.volume, stored ?? (await readGrid(paths.image, ofImage)))
    const axes = axesOf((stored ?? read)!)
    const isTurned = axes !== undefined && axes !== TRAINING_AXES
    const turned = <V extends Volume>(volume: V): V => (isTurned ? { ...volume, ...reorient(volume, TRAINING_AXES) } : volume)
    const image = stored && turned(stored)
    const label = mask && turned(mask.volume)
    const told = (who: string, notes: readonly string[] = []) => notes.map((note) => `${who} ${note}`)
    const labels = label && labelOf(label, source)
    const isEmpty = labels?.data.every((value) => value === 0) ?? false
    return {
      size: (image ?? label)!.size,
      ...(axes && { axes }),
      sha256: sha256Of([...sums, takenAs(source, isTurned)]),
      ...(wants.image && { image: imageOf(image!, source.intensity) }),
      ...(labels !== undefined && { label: labels }),
      notes: [
        ...told('the image', stored?.notes),
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
export function filesRule({ datasets, classes, background = [], intensity }: FilesSource) {
  const { kind, window } = intensity
  const sorted = (values: readonly number[]) => [...values].sort()
  const labels =
    classes.length === 1
      ? { foreground: sorted(classes[0]!.values) }
      : { classes: classes.map(({ name, values }) => ({ name, values: [...values] })) }
  return { datasets, ...labels, background: sorted(background), kind, window }
}

function sha256Of(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

function imagePath(source: FilesSource, id: string): string {
  const path = pathOf(source, 'image', id)
  return source.unlabelled === undefined || existsSync(path) ? path : pathOf({ ...source, image: source.unlabelled }, 'image', id)
}

function pathOf(source: FilesSource, part: 'image' | 'label', id: string): string {
  return pathAsStored(source.root, source[part].replaceAll('{case}', id))
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
  scaleIntensity(data, rule, path)
  return { ...geometry, data }
}

function labelOf(mask: FileVolume, { classes, background = [] }: FilesSource): LabelVolume {
  const { path, format: _, storedType: __, notes: ___, ...geometry } = mask
  const classOf = new Map([0, ...background].map((value) => [value, 0]))
  for (const [index, { values }] of classes.entries()) for (const value of values) classOf.set(value, index + 1)
  const data = emptyLike(new Uint8Array(), mask.data.length, true)
  for (let i = 0; i < data.length; i++) {
    const value = mask.data[i]!
    const found = classOf.get(value)
    if (found === undefined) throw dataError(`${path}: label voxel ${i} is ${value}, expected ${[...classOf.keys()].join(', ')}`)
    data[i] = found
  }
  const [first] = data
  if (first !== undefined && first > 0 && data.every((label) => label === first))
    throw dataError(`${path}: every voxel of the label is ${classes[first - 1]!.name}`)
  return { ...geometry, data }
}
