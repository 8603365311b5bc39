import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { oneHotLabels } from './cross-entropy'
import { ownGradient } from './own-gradient'
import { requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireSameShape } from './requirements/tensors'

/** Added to numerator and denominator. */
const SMOOTH = 1e-5

/**
 * Dice with plain sums inside a mask, sample by sample and class by class: the mean over both of `1 - (2 Σ m p t + s) / (Σ m p + Σ m t + s)`, s = 1e-5,
 * background included.
 *
 * Source: Bai et al. 2023 (BCP), `mask_DiceLoss`.
 *
 * @param probs [batch, x, y, z, classes], after softmax
 * @param labels [batch, x, y, z], 0 ... classes - 1; receives no gradient
 * @param mask [batch, x, y, z], 0 or 1; receives no gradient
 * @returns scalar, 0 to 1; 0 where the mask keeps nothing
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes or a mask that is not 0 or 1
 */
export function maskedDiceLoss(probs: Tensor, labels: Tensor, mask: Tensor): Scalar {
  const where = 'maskedDiceLoss'
  const classes = requireLabelled(where, 'probs', probs, 'labels', labels)
  requireSameShape(where, 'labels', labels, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  const samples = probs.shape[0]!
  const voxels = probs.size / (samples * classes)
  const rows = (tensor: Tensor, channels: number) => tf.reshape(tensor, [samples, voxels, channels])
  return ownGradient(
    [probs],
    (save) => {
      const weights = rows(tf.cast(mask, 'float32'), 1)
      const p = tf.mul(rows(probs, classes), weights)
      const t = tf.mul(rows(oneHotLabels(labels, probs), classes), weights)
      const numerator = tf.add(tf.mul(tf.sum(tf.mul(p, t), 1, true), 2), SMOOTH)
      const denominator = tf.add(tf.add(tf.sum(p, 1, true), tf.sum(t, 1, true)), SMOOTH)
      const score = tf.div(numerator, denominator)
      save([weights, t, score, denominator])
      return tf.sub(1, tf.mean(score)) as Scalar
    },
    (dy, [weights, t, score, denominator]) => {
      const scale = tf.div(tf.div(dy, samples * classes), denominator!)
      const each = tf.sub(tf.mul(weights!, tf.mul(score!, scale)), tf.mul(t!, tf.mul(scale, 2)))
      return [tf.reshape(each, probs.shape)]
    },
  )
}
