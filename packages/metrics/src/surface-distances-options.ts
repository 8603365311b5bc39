import type { EmptyPolicy } from './empty-policy.js'

export interface SurfaceDistancesOptions {
  /** Voxel edge lengths in x, y, z, or `'voxel'` for voxel units. @default that of the masks; 1 if they have none */
  spacing?: readonly number[] | 'voxel'
  /** What empty masks score. @default 'error' */
  empty?: EmptyPolicy
  /** Also return every single distance. @default false */
  distances?: boolean
  /**
   * Browser only: worker to run in, `null` for a new one, `false` for the calling thread.
   * Hand the result's `webWorker` to the next call, and terminate it after the last. Node always computes on the calling thread.
   */
  webWorker?: Worker | null | false
}
