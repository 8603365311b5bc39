import { dualsegError } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Candidates } from './prototype-contrast'
import { requireSameShape } from './requirements'

export interface DrawOptions {
  /** At most so many voxels a class; default 4096. */
  limit?: number
  /** Where chance comes from (a stream of `@dualseg/kernels/random` fits); without it the first voxels in row-major order are taken. */
  random?: { integer(low: number, highExclusive: number): number }
}

/**
 * Draws voxels outside a mask, per class and without replacement, for `prototypeContrast`.
 *
 * Source: DualNet (Eq. 10); the limit is ours, LUSEG's released code takes a hundredth of the foreground for either class.
 *
 * @param valid [batch, x, y, z], 0 or 1; voxels with 0 are the uncertain ones
 * @param labels [batch, x, y, z], 0 or 1: the class of each voxel, e.g. `predictedLabels(studentProbs)`
 * @param options see {@link DrawOptions}
 * @returns flat voxel indices, increasing
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a limit that is no count
 */
export function drawCandidates(valid: Tensor, labels: Tensor, options: DrawOptions = {}): Candidates {
  requireSameShape('drawCandidates', 'valid', valid, 'labels', labels)
  const limit = options.limit ?? 4096
  if (!Number.isInteger(limit) || limit < 0) {
    throw dualsegError('DUALSEG_VALUE', `drawCandidates: limit is ${limit}; expected a whole number of at least 0`)
  }
  const isValid = valid.dataSync()
  const classes = labels.dataSync()
  const chosen = [0, 1].map((label) => {
    const kept = new Int32Array(limit)
    let seen = 0
    for (let i = 0; i < isValid.length; i++) {
      if (isValid[i] !== 0 || classes[i] !== label) continue
      // Reservoir sampling: every voxel of the class ends up chosen with the same probability, without listing millions of them.
      const place = seen < limit ? seen : (options.random?.integer(0, seen + 1) ?? limit)
      if (place < limit) kept[place] = i
      seen++
    }
    return kept.slice(0, Math.min(seen, limit)).sort()
  }) as [Int32Array, Int32Array]
  return { background: chosen[0], foreground: chosen[1] }
}
