import { gridDifference, type Triple, type VolumeGrid, wholeLabels } from '@dualseg/data'
import { type FileVolume, imageFormatOf, readImage } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { type Definition, type EmptyPolicy, evaluateLabels, type LabelEvaluation, type LabelMap } from '@dualseg/metrics'
import { notesOf } from '../command-line/note-lines'
import { expectLabelMap } from './expect-label-map'
import type { Pair } from './find-pairs'

/** How cases are measured; the same for all of a run. */
export interface MeasureRequest {
  definitions: readonly Definition[]
  empty: EmptyPolicy
  spacing?: readonly number[] | 'voxel'
  tolerance?: number
  labels?: readonly number[]
  /** Compare voxel by voxel, whatever the headers say of their places. */
  asStored: boolean
  /** Of HDF5 files. */
  dataset: string
}

export interface MeasuredCase extends Pair {
  size: readonly number[]
  /** What distances are in: the files' millimetres, voxels, or the unit of the spacing that was asked for. */
  unit: 'mm' | 'voxel' | 'given'
  /** A label and definition each. */
  results: LabelEvaluation[]
  /** What one should know of the two files. */
  notes: string[]
}

/**
 * Reads both files of a case and measures every label under every definition: those asked for, else those that it holds, which may be none.
 *
 * @throws DUALSEG_DATA if the two do not lie on one grid, or one of them does not say whether it does
 */
export async function measureCase({ pair, request }: { pair: Pair; request: MeasureRequest }): Promise<MeasuredCase> {
  const { definitions, dataset, asStored: _, ...options } = request
  const read = (path: string) => readImage(path, imageFormatOf(path) === 'h5' ? { dataset } : {})
  const [prediction, reference] = [await read(pair.prediction), await read(pair.reference)]
  refuseOtherGrid(prediction, reference, request)
  const whole = [wholeLabels(prediction), wholeLabels(reference)] as const
  const maps = [labelMap(whole[0].volume), labelMap(whole[1].volume)] as const
  const names = ['the prediction', 'the reference'] as const
  for (const [k, map] of maps.entries()) expectLabelMap(names[k]!, map, options.labels !== undefined)
  const spacing = options.spacing ?? spacingOf(prediction, reference)
  const results: LabelEvaluation[] = []
  for (const definition of definitions) {
    const found = await evaluateLabels(...maps, { ...options, spacing, definition }).catch((error: unknown) => {
      throw inFlags(error)
    })
    results.push(...found.labels)
  }
  const unit =
    options.spacing === undefined ? (spacing === 'voxel' ? 'voxel' : 'mm') : options.spacing === 'voxel' ? 'voxel' : 'given'
  const notes = [
    ...notesOf('the prediction', [...prediction.notes, ...whole[0].notes]),
    ...notesOf('the reference', [...reference.notes, ...whole[1].notes]),
    ...otherCoding(results),
  ]
  return { ...pair, size: reference.size, unit, results: results.sort((a, b) => a.label - b.label), notes }
}

/** A mask of 255 beside one of 1: a Dice of 0 that says nothing of the mask. */
function otherCoding(results: readonly LabelEvaluation[]): string[] {
  const held = (isEmpty: 'emptyPrediction' | 'emptyReference') => [
    ...new Set(results.filter((one) => !one[isEmpty]).map(({ label }) => label)),
  ]
  const [predicted, expected] = [held('emptyPrediction'), held('emptyReference')]
  if (predicted.length === 0 || expected.length === 0 || predicted.some((label) => expected.includes(label))) return []
  const words = (labels: readonly number[]) => `${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ', …' : ''}`
  return [
    `no label is in both files (the prediction has ${words(predicted)}, the reference ${words(expected)}), so every Dice is 0; if the same organ has other values in them, give both the same`,
  ]
}

/** The library's options are flags of the same name here, and who calls is known. */
function inFlags(error: unknown): unknown {
  if (error instanceof Error)
    error.message = error.message
      .replace(/^evaluateLabels: /, '')
      .replaceAll(/\boptions\.(\w+)/g, '--$1')
      .replace(" ('voxel' for voxel units)", ', --spacing voxel for voxels')
  return error
}

function refuseOtherGrid(prediction: FileVolume, reference: FileVolume, { asStored, spacing }: MeasureRequest): void {
  const compared = (one: FileVolume): VolumeGrid => {
    // What was given stands for both.
    const grid: VolumeGrid = spacing === undefined ? one : { ...one, spacing: reference.spacing, spacingUnit: 'mm' }
    return asStored
      ? { size: grid.size, spacing: grid.spacing, ...(grid.spacingUnit && { spacingUnit: grid.spacingUnit }) }
      : grid
  }
  const difference = gridDifference(compared(prediction), compared(reference), ['the prediction', 'the reference'])
  if (difference === undefined || (asStored && difference.isUnknown)) return
  const { kind, found } = difference
  const remedies = [
    'bring one to the grid of the other',
    ...(kind === 'spacing' && asStored ? ['name the right one with --spacing'] : []),
    ...(kind === 'size' || asStored ? [] : ['if both hold the same voxels in the same order, say so with --as-stored']),
  ]
  throw dualsegError('DUALSEG_DATA', `${found}; ${remedies.join(', or, ')}`)
}

/** In mm, of whichever says it. */
function spacingOf(...maps: readonly FileVolume[]): Triple | 'voxel' {
  return maps.findLast(({ spacingUnit }) => spacingUnit !== 'voxel')?.spacing ?? 'voxel'
}

function labelMap({ data, size }: FileVolume): LabelMap {
  return { data, size }
}
