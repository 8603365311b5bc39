import { createHash } from 'node:crypto'
import type { ImageVolume, LabelVolume, Triple } from '@dualseg/data'
import { type CaseSource, hasLabel, labelClassesOf, runCaseTasks } from '@dualseg/data/node'
import type { Noted } from '../../command-line/note-lines'
import { fewValues } from './few-values'
import { montage } from './montage'

/** What a check found of one case that can be used. */
export interface UsableCase {
  readonly id: string
  /** As trained on: along left, back and head where the files say how they lie. */
  readonly size: Triple
  readonly spacing: Triple
  readonly spacingUnit: 'mm' | 'voxel'
  /** Where the axes of the files run to, such as `RAS`; absent where they do not say. */
  readonly axes?: string
  readonly sha256: string
  /** Of the image's voxels, whatever file they came from. */
  readonly imageSha256: string
  /** The same of further channels. */
  readonly otherSha256?: readonly string[]
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly sd: number
  /** Without a label all that is said of the organ is 0. */
  readonly isLabelled: boolean
  readonly organVoxels: number
  /** Of every class. */
  readonly classVoxels: readonly number[]
  /** Of all voxels. */
  readonly organShare: number
  /** What one should know of the files. */
  readonly notes: readonly string[]
  /** The organ reaches the volume's edge: it may be cut off. */
  readonly touchesEdge: boolean
  /** PNG. */
  readonly picture?: Buffer
}

/** A refused case has a reason and nothing else. */
export type CheckedCase = UsableCase | { readonly id: string; readonly refused: string }

export interface CheckOptions {
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly pictures?: boolean
  onProgress?(done: number, total: number): void
}

/** Reads cases in parallel and says what is in each, in the order given; one that is refused does not stop the others. */
export async function checkCases(source: CaseSource, ids: readonly string[], options: CheckOptions = {}): Promise<CheckedCase[]> {
  const found = new Map<string, CheckedCase>()
  const classes = labelClassesOf(source).length
  const put = (one: CheckedCase) => {
    found.set(one.id, one)
    options.onProgress?.(found.size, ids.length)
  }
  const tasks = ids.map(
    (id) =>
      ({
        kind: 'load',
        id,
        image: true,
        label: hasLabel(source, id),
        reference: false,
        factor: 1,
        restandardise: false,
      }) as const,
  )
  await runCaseTasks(source, tasks, {
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.signal && { signal: options.signal }),
    onResult: ({ id, sha256, axes, image, otherChannels = [], label, notes = [] }) => {
      const { size, spacing, spacingUnit = 'mm', data } = image!
      const classVoxels = voxelsOfClasses(label, classes)
      const organVoxels = classVoxels.reduce((sum, voxels) => sum + voxels, 0)
      put({
        id,
        size,
        spacing,
        spacingUnit,
        ...(axes && { axes }),
        sha256,
        imageSha256: voxelSum(image!),
        ...(otherChannels.length > 0 && { otherSha256: otherChannels.map(voxelSum) }),
        ...statistics(data),
        isLabelled: label !== undefined,
        organVoxels,
        classVoxels,
        organShare: organVoxels / data.length,
        notes: [...notes, ...fewValues(data)],
        touchesEdge: label !== undefined && touchesEdge(label),
        ...((options.pictures ?? true) && { picture: montage(image!, label) }),
      })
    },
    onError: (error, { id }) => put({ id, refused: error.message }),
  })
  return ids.map((id) => found.get(id)!)
}

export function usableCases(cases: readonly CheckedCase[]): UsableCase[] {
  return cases.filter((one): one is UsableCase => !('refused' in one))
}

/** `200 with labels, 60 without`; undefined where all have one. */
export function labelCounts(cases: readonly UsableCase[]): string | undefined {
  const labelled = cases.filter(({ isLabelled }) => isLabelled).length
  return labelled === cases.length ? undefined : `${labelled} with labels, ${cases.length - labelled} without`
}

export function notedCases(cases: readonly UsableCase[]): Noted[] {
  return cases.map(({ id, notes }) => ({ name: id, notes }))
}

export function refusals(cases: readonly CheckedCase[]): string[] {
  return cases.flatMap((one) => ('refused' in one ? [one.refused] : []))
}

function voxelSum({ size, data }: ImageVolume): string {
  return createHash('sha256').update(size.join(' ')).update(data).digest('hex')
}

function voxelsOfClasses(label: LabelVolume | undefined, classes: number): number[] {
  const voxels = new Array<number>(classes + 1).fill(0)
  for (const value of label?.data ?? []) voxels[value]! += 1
  return voxels.slice(1)
}

function statistics(data: Float32Array): { min: number; max: number; mean: number; sd: number } {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const value of data) {
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  const mean = sum / data.length
  let squares = 0
  for (const value of data) squares += (value - mean) ** 2
  return { min, max, mean, sd: Math.sqrt(squares / data.length) }
}

function touchesEdge({ data, size }: LabelVolume): boolean {
  const [nx, ny, nz] = size
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        if (data[i] !== 0 && (x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1)) return true
      }
    }
  }
  return false
}
