import { dualsegError, expectOptions, found } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isClass } from './foreground'
import type { Candidates } from './prototype-contrast'
import { requireLabelValues, requireMaskValues } from './requirements/known-values'
import { requireCount } from './requirements/numbers'
import { requireNumbers, requireSameShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

export interface DrawOptions {
  /** At most so many voxels a class; default 4096. */
  limit?: number
  /** Background counted; default 2. */
  classes?: number
  /** Where chance comes from (a stream of `@dualseg/kernels/random` fits); without it the first voxels in row-major order are taken. */
  random?: { integer(low: number, highExclusive: number): number }
}

/**
 * Draws voxels outside a mask, per class and without replacement, for `prototypeContrast`.
 *
 * Source: DualNet (Eq. 10); the limit is ours, LUSEG's released code takes a hundredth of the foreground for either class.
 *
 * @param valid [batch, x, y, z], 0 or 1; voxels with 0 are the uncertain ones
 * @param labels [batch, x, y, z], 0 ... classes - 1: the class of each voxel, e.g. `predictedLabels(studentProbs)`
 * @param options see {@link DrawOptions}
 * @returns flat voxel indices, increasing, a list a class
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a limit that is no count, a mask that is not 0 or 1 or other labels
 */
export function drawCandidates(valid: Tensor, labels: Tensor, options: DrawOptions = {}): Candidates {
  const where = 'drawCandidates'
  requireNumbers(where, 'valid', valid)
  requireSameShape(where, 'valid', valid, 'labels', labels)
  expectOptions(where, options, ['limit', 'classes', 'random'])
  const { limit = 4096, classes = 2, random } = options
  requireCount(where, 'limit', limit, 0)
  requireCount(where, 'classes', classes, 2)
  if (random !== undefined && typeof random?.integer !== 'function') {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: random is ${found(random)}; expected a stream with a function integer(low, highExclusive)`,
    )
  }
  requireMaskValues(where, 'valid', valid)
  requireLabelValues(where, 'labels', labels, classes)
  // One byte a voxel and class comes back from the device, not the maps.
  const uncertain = withoutGradient(() => {
    const isUncertain = tf.logicalNot(tf.cast(valid, 'bool'))
    return Array.from({ length: classes }, (_, label) => tf.logicalAnd(isUncertain, isClass(labels, label)))
  })
  return uncertain.map((ofClass) => {
    const isCandidate = ofClass.dataSync()
    ofClass.dispose()
    let count = 0
    for (let i = 0; i < isCandidate.length; i++) count += isCandidate[i]!
    const ranks = drawRanks(count, Math.min(limit, count), random)
    const chosen = new Int32Array(ranks.length)
    let rank = 0
    for (let i = 0, next = 0; next < ranks.length; i++) {
      if (isCandidate[i] === 0) continue
      if (rank++ === ranks[next]) chosen[next++] = i
    }
    return chosen
  })
}

/**
 * `wanted` of the numbers 0 to count - 1, increasing, every subset equally likely: Floyd's algorithm, one draw a number. Ranks are counted
 * from the end, so that a source that always draws the highest number chooses the first ones, as the reference does in its recorded steps.
 */
function drawRanks(count: number, wanted: number, random: DrawOptions['random']): Int32Array {
  if (wanted === count || random === undefined) return Int32Array.from({ length: wanted }, (_, i) => i)
  const drawn = new Set<number>()
  for (let last = count - wanted; last < count; last++) {
    const rank = random.integer(0, last + 1)
    drawn.add(drawn.has(rank) ? last : rank)
  }
  return Int32Array.from(drawn, (rank) => count - 1 - rank).sort()
}
