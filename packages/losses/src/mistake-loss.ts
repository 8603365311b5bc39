import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { foregroundProbs, predictedLabels } from './foreground'
import { meanSquaredWhere } from './mean-squared'
import { knownMask, requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireFinite } from './requirements/numbers'
import { requireSameFloats, requireTwoClasses, requireVoxelShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Voxels in which exactly one of two networks sees foreground: `1[ŷ_a = 1] XOR 1[ŷ_b = 1]`. With a confidence θ, foreground only counts
 * where its probability is at least θ.
 *
 * Source: MCF (no confidence); LUSEG and DualNet (θ = 0.6).
 *
 * @param firstProbs [batch, x, y, z, 2], after softmax
 * @param secondProbs the same shape
 * @param options.confidence θ; absent: the more likely class counts, a tie is background
 * @returns [batch, x, y, z], float32 0 or 1; a constant
 * @throws DUALSEG_SHAPE if the shapes differ or there are not two classes, DUALSEG_VALUE for a NaN confidence
 */
export function disagreementMask<R extends Tensor = tf.Tensor4D>(
  firstProbs: Tensor,
  secondProbs: Tensor,
  options: { confidence?: number } = {},
): R {
  const where = 'disagreementMask'
  requireTwoClasses(where, 'firstProbs', firstProbs)
  requireSameFloats(where, 'firstProbs', firstProbs, 'secondProbs', secondProbs)
  expectOptions(where, options, ['confidence'])
  const { confidence } = options
  if (confidence !== undefined) requireFinite(where, 'confidence', confidence)
  const mask = withoutGradient(() => {
    const foreground = (probs: Tensor) => {
      const labels = predictedLabels(probs)
      if (confidence === undefined) return labels
      return tf.mul(labels, tf.cast(tf.greaterEqual(foregroundProbs(probs), confidence), 'int32'))
    }
    return tf.cast(tf.notEqual(foreground(firstProbs), foreground(secondProbs)), 'float32') as R
  })
  return knownMask(mask)
}

/**
 * Squared error of one network where the two disagree: `E = Σ M (p[fg] - y)² / (Σ M + 1e-16)`, M from {@link disagreementMask}.
 *
 * Source: MCF, and LUSEG and DualNet as released; weighted 0.5 there.
 *
 * @param probs [batch, x, y, z, 2], after softmax
 * @param labels [batch, x, y, z], 0 or 1; receives no gradient
 * @param mask [batch, x, y, z], 0 or 1
 * @returns scalar, 0 to 1; 0 where they never disagree
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels other than 0 and 1
 */
export function mistakeLoss(probs: Tensor, labels: Tensor, mask: Tensor): Scalar {
  const where = 'mistakeLoss'
  requireTwoClasses(where, 'probs', probs)
  requireLabelled(where, 'probs', probs, 'labels', labels)
  requireVoxelShape(where, 'probs', probs, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  return tf.tidy(() => meanSquaredWhere(foregroundProbs(probs), labels, mask))
}
