import { type FileVolume, imageFormatOf, readImage } from '@dualseg/data/node'
import { type Definition, type EmptyPolicy, evaluateLabels, type LabelEvaluation, type LabelMap } from '@dualseg/metrics'
import type { Pair } from './find-pairs'

/** How cases are measured; the same for all of a run. */
export interface MeasureRequest {
  definitions: readonly Definition[]
  empty: EmptyPolicy
  spacing?: readonly number[] | 'voxel'
  tolerance?: number
  labels?: readonly number[]
  /** Of HDF5 files. */
  dataset: string
}

export interface MeasuredCase extends Pair {
  size: readonly number[]
  /** What distances are in: the files' millimetres, voxels, or the unit of the spacing that was asked for. */
  unit: 'mm' | 'voxel' | 'given'
  /** A label and definition each. */
  results: LabelEvaluation[]
}

/** Reads both files of a case and measures every label under every definition: those asked for, else those that it holds, which may be none. */
export async function measureCase({ pair, request }: { pair: Pair; request: MeasureRequest }): Promise<MeasuredCase> {
  const { definitions, dataset, ...options } = request
  const read = (path: string) => readImage(path, imageFormatOf(path) === 'h5' ? { dataset } : {})
  const [prediction, reference] = [await read(pair.prediction), await read(pair.reference)]
  const maps = [labelMap(prediction), labelMap(reference)] as const
  const results: LabelEvaluation[] = []
  for (const definition of definitions) {
    const found = await evaluateLabels(...maps, { ...options, definition }).catch((error: unknown) => {
      throw inFlags(error)
    })
    results.push(...found.labels)
  }
  const ownUnit = prediction.spacingUnit === 'voxel' && reference.spacingUnit === 'voxel' ? 'voxel' : 'mm'
  const unit = options.spacing === undefined ? ownUnit : options.spacing === 'voxel' ? 'voxel' : 'given'
  return { ...pair, size: reference.size, unit, results: results.sort((a, b) => a.label - b.label) }
}

/** The library's options are flags of the same name here. */
function inFlags(error: unknown): unknown {
  if (error instanceof Error)
    error.message = error.message
      .replaceAll(/\boptions\.(\w+)/g, '--$1')
      .replace(" ('voxel' for voxel units)", ', --spacing voxel for voxels')
  return error
}

/** A volume as the metrics see it: a file that carries no spacing says nothing of where it lies either. */
function labelMap({ data, size, spacing, spacingUnit, origin, direction }: FileVolume): LabelMap {
  if (spacingUnit === 'voxel') return { data, size }
  return { data, size, spacing, ...(origin && { origin }), ...(direction && { direction }) }
}
