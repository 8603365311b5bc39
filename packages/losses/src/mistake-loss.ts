import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { oneHotLabels } from './cross-entropy'
import { foregroundProbs, predictedLabels } from './foreground'
import { meanSquaredWhere } from './mean-squared'
import { knownMask, requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireFinite } from './requirements/numbers'
import { requireSameClasses, requireVoxelShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Voxels in which two networks see different classes: `ŷ_a ≠ ŷ_b`. With a confidence θ, a class of the foreground only counts where its probability is at least
 * θ; elsewhere the voxel is background. Of two classes these are the voxels in which exactly one network sees foreground.
 *
 * Source: MCF (no confidence); LUSEG and DualNet (θ = 0.6); two classes there.
 *
 * @param firstProbs [batch, x, y, z, classes], after softmax
 * @param secondProbs the same shape
 * @param options.confidence θ; absent: the more likely class counts, a tie is background
 * @returns [batch, x, y, z], float32 0 or 1; a constant
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a NaN confidence
 */
export function disagreementMask<R extends Tensor = tf.Tensor4D>(
  firstProbs: Tensor,
  secondProbs: Tensor,
  options: { confidence?: number } = {},
): R {
  const where = 'disagreementMask'
  requireSameClasses(where, 'firstProbs', firstProbs, 'secondProbs', secondProbs)
  expectOptions(where, options, ['confidence'])
  const { confidence } = options
  if (confidence !== undefined) requireFinite(where, 'confidence', confidence)
  const mask = withoutGradient(() => {
    const seen = (probs: Tensor) => {
      const labels = predictedLabels(probs)
      if (confidence === undefined) return labels
      return tf.mul(labels, tf.cast(tf.greaterEqual(tf.max(probs, -1), confidence), 'int32'))
    }
    return tf.cast(tf.notEqual(seen(firstProbs), seen(secondProbs)), 'float32') as R
  })
  return knownMask(mask)
}

/**
 * Squared error of one network where the two disagree: `E = Σ M ½ Σ_c (p_c - y_c)² / (Σ M + 1e-16)`, M from {@link disagreementMask} and y one-hot. Of two classes
 * both have the same error, so it is that of the foreground, `(p_1 - y)²`.
 *
 * Source: MCF, and LUSEG and DualNet as released, with two classes; weighted 0.5 there.
 *
 * @param probs [batch, x, y, z, classes], after softmax
 * @param labels [batch, x, y, z], 0 ... classes - 1; receives no gradient
 * @param mask [batch, x, y, z], 0 or 1
 * @returns scalar, 0 to 1; 0 where they never disagree
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function mistakeLoss(probs: Tensor, labels: Tensor, mask: Tensor): Scalar {
  const where = 'mistakeLoss'
  const classes = requireLabelled(where, 'probs', probs, 'labels', labels)
  requireVoxelShape(where, 'probs', probs, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  return tf.tidy(() => {
    // The reference's own form, so that its bits stay.
    if (classes === 2) return meanSquaredWhere(foregroundProbs(probs), labels, mask)
    return tf.mul<Scalar>(meanSquaredWhere(probs, oneHotLabels(labels, probs), mask), classes / 2)
  })
}
