import { found, metricsError } from './errors.js'
import type { LabelStatistics } from './label-statistics.js'

/**
 * Whose surface distances. No two libraries agree on HD95, and each is right by its own words:
 *
 * | | `medpy` | `monai` | `deepmind` |
 * |---|---|---|---|
 * | surface | voxels that one erosion removes | the same | corners between voxels, weighted by area (in 2-D by length) |
 * | `hd95` | 95th percentile of both directions pooled | the larger of the two directed percentiles | the same, by area |
 * | `asd` | mean from prediction to reference | the same | the same, by area |
 * | `assd` | mean of both directions pooled | the same | the same, by area (the library has none, only the pair) |
 * | `nsd` | share of voxels (medpy has none: MONAI's) | share of voxels | share of area |
 *
 * `medpy` is what the papers of this field report (medpy 0.5.2), `monai` is MONAI 1.6 with its defaults and its ranks in single precision, `deepmind` is surface-distance 0.1.
 */
export type Definition = 'medpy' | 'monai' | 'deepmind'

export const DEFINITIONS: readonly Definition[] = ['medpy', 'monai', 'deepmind']

/** @throws DUALSEG_VALUE for a name that is no definition */
export function checkDefinition(definition: Definition, where: string): void {
  if (DEFINITIONS.includes(definition)) return
  throw metricsError('DUALSEG_VALUE', `${where}: ${found(definition)} is no definition; known: ${DEFINITIONS.join(', ')}`)
}

/** Distances between two surfaces in the unit of the spacing. */
export interface DistanceMeasures {
  /** Symmetric Hausdorff distance: the largest of both directions. */
  hd: number
  /** 95th percentile; of both directions pooled (`medpy`), or the larger of the two directed ones. See {@link Definition}. */
  hd95: number
  /** Mean from prediction to reference: **one way**, as medpy's `asd` and the papers have it. */
  asd: number
  /** Mean from reference to prediction. */
  asdReverse: number
  /** Mean of both directions pooled (medpy since 0.5.2, MONAI since 1.6). */
  assd: number
  /** Mean of the two directed means (medpy up to 0.5.1). */
  assdOfMeans: number
  /** Normalised surface Dice: share of both surfaces within the tolerance, 0 to 1; only if a tolerance was given. */
  nsd?: number
}

/** The measures of a definition; undefined if a mask is empty. */
export function distanceMeasures(
  { pooled, toReference, toPrediction }: LabelStatistics,
  definition: Definition,
): DistanceMeasures | undefined {
  if (!pooled || !toReference || !toPrediction) return undefined
  return {
    hd: pooled.maximum,
    hd95: definition === 'medpy' ? pooled.percentile95 : Math.max(toReference.percentile95, toPrediction.percentile95),
    asd: toReference.mean,
    asdReverse: toPrediction.mean,
    assd: pooled.mean,
    assdOfMeans: (toReference.mean + toPrediction.mean) / 2,
    ...(pooled.within !== undefined && { nsd: pooled.within }),
  }
}
