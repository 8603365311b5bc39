import type { EmptyPolicy } from './empty-policy.js'

/** Distances from the surface voxels of one mask to the nearest surface voxel of the other. */
export interface DirectedDistances {
  mean: number
  /** 95th percentile, linear interpolation. */
  percentile95: number
  maximum: number
  /** Every distance, x fastest; only if asked for, of length 0 if a mask is empty. */
  distances?: Float64Array
}

/**
 * Distances between two surfaces in the unit of `spacing`, defined as in medpy: surface = mask without its erosion by the 6-neighbour
 * cross (4 in 2-D), the edge of the volume counts as background, distances are Euclidean between voxel centres.
 */
export interface SurfaceDistancesResult {
  /** Symmetric Hausdorff distance: the largest of both directions. */
  hd: number
  /** 95th percentile of both directions **pooled**; MONAI takes the larger of the two directed percentiles. */
  hd95: number
  /** Mean from prediction to reference: **one way**, as medpy's `asd` and the papers have it. */
  asd: number
  /** Mean from reference to prediction. */
  asdReverse: number
  /** Mean of both directions pooled (medpy since 0.5.2). */
  assd: number
  /** Mean of the two directed means (medpy up to 0.5.1, MONAI). */
  assdOfMeans: number
  toReference: DirectedDistances
  toPrediction: DirectedDistances
  surfaceVoxels: { prediction: number; reference: number }
  emptyPrediction: boolean
  emptyReference: boolean
  /** True if policy `exclude` met an empty mask: leave the case out of the mean. */
  excluded: boolean
  /** The policy that gave the values if a mask was empty. */
  empty: EmptyPolicy
  definition: 'medpy'
  spacing: number[]
  /** Browser only: the worker that did it. */
  webWorker?: Worker
}
