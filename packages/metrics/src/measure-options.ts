import { checkDefinition, type Definition } from './definition.js'
import { checkPolicy, type EmptyPolicy } from './empty-policy.js'
import { found, metricsError } from './errors.js'

/** How to measure; what every function of this package that computes distances understands. */
export interface MeasureOptions {
  /** Voxel edge lengths in x, y, z, or `'voxel'` for voxel units. @default that of the masks; 1 if they have none */
  spacing?: readonly number[] | 'voxel'
  /** Whose surface distances. @default 'medpy' */
  definition?: Definition
  /** Distance within which surfaces count as agreeing, in the unit of the spacing: asks for the normalised surface Dice `nsd`. */
  tolerance?: number
  /**
   * Browser only: worker to run in, `null` for a new one, `false` for the calling thread.
   * Hand the result's `webWorker` to the next call, and terminate it after the last. Node always computes on the calling thread.
   */
  webWorker?: Worker | null | false
}

/** By what rules a result came about; part of every result. */
export interface MeasuredBy {
  definition: Definition
  /** The policy that gives the values if a mask is empty. */
  empty: EmptyPolicy
  /** Voxel edge lengths that were measured with. */
  spacing: number[]
  tolerance?: number
}

/** @throws DUALSEG_VALUE for an unknown policy or definition or a tolerance that is no length */
export function measuredBy(options: MeasureOptions, empty: EmptyPolicy, spacing: number[], where: string): MeasuredBy {
  const { definition = 'medpy', tolerance } = options
  checkPolicy(empty, where)
  checkDefinition(definition, where)
  if (tolerance !== undefined && !(Number.isFinite(tolerance) && tolerance >= 0)) {
    throw metricsError('DUALSEG_VALUE', `${where}: tolerance ${found(tolerance)} must be finite and not below 0`)
  }
  return { definition, empty, spacing, ...(tolerance !== undefined && { tolerance }) }
}
