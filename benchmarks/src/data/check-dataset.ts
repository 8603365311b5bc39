import type { LabelVolume, Triple } from '@dualseg/data'
import { type Dataset, runCaseTasks } from '@dualseg/data/node'
import { montage } from './montage'

/** What a check found of one case; a refused one has a reason and nothing else. */
export type CheckedCase = { readonly id: string; readonly fold: number } & (
  | { readonly refused: string }
  | {
      readonly size: Triple
      readonly spacing: Triple
      readonly spacingUnit: 'mm' | 'voxel'
      readonly sha256: string
      readonly min: number
      readonly max: number
      readonly mean: number
      readonly sd: number
      readonly organVoxels: number
      /** Of all voxels. */
      readonly organShare: number
      /** The organ reaches the volume's edge: it may be cut off. */
      readonly touchesEdge: boolean
      /** PNG. */
      readonly picture?: Buffer
    }
)

/** Reads every case of the lists in parallel and says what is in it, in the order of the lists; a case that is refused does not stop the others. */
export async function checkDataset(
  { source, folds, ids }: Dataset,
  options: { threads?: number; signal?: AbortSignal; pictures?: boolean; onProgress?(done: number, total: number): void } = {},
): Promise<CheckedCase[]> {
  const foldOf = new Map(folds.test.flatMap((list, fold) => list.map((id) => [id, fold] as const)))
  const found = new Map<string, CheckedCase>()
  const put = (one: CheckedCase) => {
    found.set(one.id, one)
    options.onProgress?.(found.size, ids.length)
  }
  const tasks = ids.map(
    (id) => ({ kind: 'load', id, image: true, label: false, reference: true, factor: 1, restandardise: false }) as const,
  )
  await runCaseTasks(source, tasks, {
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.signal && { signal: options.signal }),
    onResult: ({ id, sha256, image, reference }) => {
      const { size, spacing, spacingUnit = 'mm' } = image!
      const organVoxels = reference!.data.reduce((sum, value) => sum + value, 0)
      put({
        id,
        fold: foldOf.get(id)!,
        size,
        spacing,
        spacingUnit,
        sha256,
        ...statistics(image!.data),
        organVoxels,
        organShare: organVoxels / reference!.data.length,
        touchesEdge: touchesEdge(reference!),
        ...((options.pictures ?? true) && { picture: montage(image!, reference!) }),
      })
    },
    onError: (error, { id }) => put({ id, fold: foldOf.get(id)!, refused: error.message }),
  })
  return ids.map((id) => found.get(id)!)
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
        if (data[i] === 1 && (x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1)) return true
      }
    }
  }
  return false
}
