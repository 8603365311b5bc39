import { join } from 'node:path'
import { dataError } from '../data-error'
import { laPhantom, phantomIndex } from '../la-phantom'
import { readLaBytes } from '../read-la-bytes'
import { reduceImage, reduceLabel } from '../reduce-volume'
import { sha256Hex } from '../sha256'
import type { ImageVolume, LabelVolume, Triple } from '../volume'
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
  label?: LabelVolume
  reference?: LabelVolume
  /** What one should know of the case's files, a line each. */
  notes?: string[]
}

interface Parts {
  size: Triple
  axes?: string
  sha256: string
  image?: ImageVolume
  label?: LabelVolume
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
    loaded.image =
      factor === 1 && !task.restandardise
        ? parts.image!
        : reduceImage(parts.image!, factor, { shared: true, restandardise: task.restandardise })
  }
  if (task.reference) loaded.reference = parts.label!
  if (task.label) loaded.label = factor === 1 ? parts.label! : reduceLabel(parts.label!, factor, { shared: true })
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
      return { size: found.image.size, sha256: await digest(found.image, found.label), image: found.image, label: found.label }
    }
  }
}

async function digest(image: ImageVolume, label: LabelVolume): Promise<string> {
  const both = await Promise.all(
    [image.data, label.data].map((data) => sha256Hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
  )
  return sha256Hex(new TextEncoder().encode(both.join('\n')))
}
