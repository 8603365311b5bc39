import { join } from 'node:path'
import { dataError } from '../data-error'
import { laPhantom, phantomIndex } from '../la-phantom'
import { readLaBytes } from '../read-la-bytes'
import { reduceImage, reduceLabel } from '../reduce-volume'
import { sha256Hex } from '../sha256'
import type { ImageVolume, LabelVolume, Triple, VolumeGrid } from '../volume'
import type { CaseSource } from './case-source'
import { readFilesCase } from './read-files-case'
import { readCaseFile } from './read-la-case'

/** What one loading thread does for one case. */
export interface CaseTask {
  kind: 'load' | 'verify'
  id: string
  image: boolean
  label: boolean
  /** The label on the original grid. */
  reference: boolean
  factor: number
  restandardise: boolean
}

export interface LoadedCase {
  id: string
  sha256: string
  /** Of the original grid. */
  size: Triple
  /** Where the axes of its files run to; the volumes have been turned to `LPS`. Absent where the files do not say. */
  axes?: string
  image?: ImageVolume
  /** Further channels, on the image's grid. */
  otherChannels?: readonly ImageVolume[]
  label?: LabelVolume
  reference?: LabelVolume
  /** Of the image before it was reduced, where it was resampled from the reference's. */
  resampledGrid?: VolumeGrid
  /** What one should know of the case's files, a line each. */
  notes?: string[]
}

interface Parts {
  size: Triple
  axes?: string
  sha256: string
  image?: ImageVolume
  otherChannels?: readonly ImageVolume[]
  label?: LabelVolume
  resampledLabel?: LabelVolume
  resampledGrid?: VolumeGrid
  notes?: string[]
}

/** Reads or makes one case and keeps what the task asks for; labels that nobody asked for are not read. */
export async function runCaseTask(source: CaseSource, task: CaseTask): Promise<LoadedCase> {
  const { id, factor } = task
  const parts = await readParts(source, task)
  const { sha256, size, axes, notes } = parts
  const loaded: LoadedCase = { id, sha256, size, ...(axes && { axes }), ...(notes && { notes }) }
  if (task.kind === 'verify') return loaded
  if (task.image) {
    const reduced = (image: ImageVolume) =>
      factor === 1 && !task.restandardise
        ? image
        : reduceImage(image, factor, { shared: true, restandardise: task.restandardise })
    loaded.image = reduced(parts.image!)
    if (parts.otherChannels !== undefined) loaded.otherChannels = parts.otherChannels.map(reduced)
    if (parts.resampledGrid !== undefined) loaded.resampledGrid = parts.resampledGrid
  }
  if (task.reference) loaded.reference = parts.label!
  const label = parts.resampledLabel ?? parts.label
  if (task.label) loaded.label = factor === 1 ? label! : reduceLabel(label!, factor, { shared: true })
  return loaded
}

async function readParts(source: CaseSource, task: CaseTask): Promise<Parts> {
  const { id } = task
  const wantsLabel = task.label || task.reference
  switch (source.kind) {
    case 'la': {
      const bytes = await readCaseFile(join(source.root, id, 'mri_norm2.h5'), id)
      const sha256 = source.sha256?.[id]
      const parts = await readLaBytes(bytes, {
        id,
        image: task.image,
        label: wantsLabel,
        shared: true,
        ...(sha256 && { sha256 }),
      })
      return { ...parts, sha256: sha256 ?? (await sha256Hex(bytes)) }
    }
    case 'files':
      return readFilesCase(source, id, { image: task.image, label: wantsLabel })
    case 'phantom': {
      const phantom = laPhantom(phantomIndex(id), source.seed, { shared: true })
      return {
        size: phantom.image.size,
        sha256: await digest(phantom.image, phantom.label),
        image: phantom.image,
        label: phantom.label,
      }
    }
    case 'memory': {
      const found = source.cases.find((candidate) => candidate.id === id)
      if (!found) throw dataError(`case ${id} is not among the ${source.cases.length} cases in memory`)
      const { image, label, otherChannels } = found
      const sha256 = await digest(image, label, otherChannels)
      return { size: image.size, sha256, image, label, ...(otherChannels && { otherChannels }) }
    }
  }
}

async function digest(image: ImageVolume, label: LabelVolume, others: readonly ImageVolume[] = []): Promise<string> {
  const both = await Promise.all(
    [image, label, ...others].map(({ data }) => sha256Hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
  )
  return sha256Hex(new TextEncoder().encode(both.join('\n')))
}
