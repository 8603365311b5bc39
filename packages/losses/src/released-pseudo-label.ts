import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { crossEntropyWhere } from './cross-entropy'
import { requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireSameShape } from './requirements/tensors'

/**
 * Pseudo-label loss of LUSEG's and DualNet's released code: `N_all / N_kept * CE(p, target)` over the kept voxels, where *probabilities* stand
 * in the place of logits (a softmax of a softmax). Both scripts evaluate it on detached tensors, so that it teaches nothing there; this
 * function is live and does what its arguments say.
 *
 * Source: LUSEG, `compute_uxi_loss`.
 *
 * @param probs [batch, x, y, z, classes], after softmax
 * @param target [batch, x, y, z], 0 ... classes - 1; receives no gradient
 * @param mask [batch, x, y, z], 1 kept, 0 ignored; receives no gradient
 * @returns scalar; NaN with gradient 0 where nothing is kept, as in the reference
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function releasedPseudoLabelLoss(probs: Tensor, target: Tensor, mask: Tensor): Scalar {
  const where = 'releasedPseudoLabelLoss'
  requireLabelled(where, 'probs', probs, 'target', target)
  requireSameShape(where, 'target', target, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  return tf.tidy(() => {
    const mean = crossEntropyWhere(probs, target, mask, true)
    return tf.mul<Scalar>(mean, tf.div(mask.size, tf.sum(tf.cast(mask, 'float32'))))
  })
}
