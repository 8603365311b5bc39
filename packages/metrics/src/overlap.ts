import { checkSameSpace, maskBytes, resolveSpacing } from './check-masks.js'
import { checkOptions } from './check-options.js'
import type { Mask } from './mask.js'

export interface OverlapCounts {
  /** Foreground voxels. */
  prediction: number
  reference: number
  /** Voxels that are foreground in both. */
  intersection: number
}

export interface Overlap {
  /** `2|P∩R| / (|P| + |R|)`, 0 to 1; 1 if both are empty (medpy since 0.5). */
  dice: number
  /** `|P∩R| / |P∪R|`, 0 to 1; 1 if both are empty. */
  jaccard: number
  /** `|P∩R| / |P|`; 0 if the prediction is empty, even if the reference is too (medpy). */
  precision: number
  /** `|P∩R| / |R|`; 0 if the reference is empty. */
  recall: number
  /** `|P| - |R|` in the unit of the spacing cubed (squared in 2-D), in voxels without one. */
  volumeDifference: number
  /** `(|P| - |R|) / |R|` (medpy's `ravd`); NaN if the reference is empty. */
  relativeVolumeDifference: number
  counts: OverlapCounts
}

export interface OverlapOptions {
  /** Spacing for the volume difference: values, or `'voxel'`. @default that of the masks */
  spacing?: readonly number[] | 'voxel'
}

/**
 * How much two masks overlap.
 *
 * @param prediction P
 * @param reference R, of the same size
 * @throws DUALSEG_SHAPE if sizes differ or do not match the data; DUALSEG_VALUE for values other than 0 and 1 or a bad spacing
 */
export function overlap(prediction: Mask, reference: Mask, options: OverlapOptions = {}): Overlap {
  const predictionBytes = maskBytes(prediction, 'overlap: prediction')
  const referenceBytes = maskBytes(reference, 'overlap: reference')
  checkSameSpace(prediction, reference, 'overlap')
  checkOptions(options, ['spacing'], 'overlap')
  const spacing = resolveSpacing(prediction, reference, options.spacing, 'overlap')
  const voxelVolume = spacing.reduce((product, s) => product * s, 1)
  return overlapFromCounts(countOverlap(predictionBytes, referenceBytes), voxelVolume)
}

/** The measures of {@link overlap} from voxel counts. */
export function overlapFromCounts(counts: OverlapCounts, voxelVolume = 1): Overlap {
  const { prediction, reference, intersection } = counts
  const union = prediction + reference - intersection
  return {
    dice: union === 0 ? 1 : (2 * intersection) / (prediction + reference),
    jaccard: union === 0 ? 1 : intersection / union,
    precision: prediction === 0 ? 0 : intersection / prediction,
    recall: reference === 0 ? 0 : intersection / reference,
    volumeDifference: (prediction - reference) * voxelVolume,
    relativeVolumeDifference: reference === 0 ? Number.NaN : (prediction - reference) / reference,
    counts,
  }
}

/** Counts over bytes 0 and 1, equally long and beginning at a multiple of four bytes. */
export function countOverlap(prediction: Uint8Array, reference: Uint8Array): OverlapCounts {
  const length = prediction.length
  const p = new Uint32Array(prediction.buffer, prediction.byteOffset, length >>> 2)
  const r = new Uint32Array(reference.buffer, reference.byteOffset, length >>> 2)
  const counts = { prediction: 0, reference: 0, intersection: 0 }
  for (let i = 0; i < p.length; i++) {
    const u = p[i]!
    const v = r[i]!
    if ((u | v) === 0) continue
    counts.prediction += sumOfBytes(u)
    counts.reference += sumOfBytes(v)
    counts.intersection += sumOfBytes(u & v)
  }
  for (let i = p.length << 2; i < length; i++) {
    counts.prediction += prediction[i]!
    counts.reference += reference[i]!
    counts.intersection += prediction[i]! & reference[i]!
  }
  return counts
}

/** The product's highest byte collects the sum of all four. */
function sumOfBytes(word: number): number {
  return Math.imul(word, 0x01010101) >>> 24
}
