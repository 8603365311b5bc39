import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireLabelValues } from './requirements/known-values'
import { requireOneChannel, requireVoxelShape } from './requirements/tensors'

/**
 * Binary cross-entropy of a one-channel logit, mean over voxels: `mean(max(z, 0) - z t + ln(1 + exp(-|z|)))`.
 *
 * Source: logged by SASSNet and DTC; not part of what they optimise.
 *
 * @param logit [batch, x, y, z, 1]
 * @param labels [batch, x, y, z], 0 or 1; receives no gradient
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels other than 0 and 1
 */
export function binaryCrossEntropy(logit: Tensor, labels: Tensor): Scalar {
  const where = 'binaryCrossEntropy'
  requireOneChannel(where, 'logit', logit)
  requireVoxelShape(where, 'logit', logit, 'labels', labels)
  requireLabelValues(where, 'labels', labels, 2)
  return ownGradient(
    [logit],
    (save) => {
      const isForeground = tf.reshape(tf.cast(labels, 'bool'), logit.shape)
      save([logit, isForeground])
      // max(z, 0) - z t as one choice: with infinite logits the difference would be NaN.
      const wrong = tf.relu(tf.where(isForeground, tf.neg(logit), logit))
      // The absolute value keeps exp from overflowing on either side.
      const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logit))))
      return tf.mean(tf.add(wrong, tail)) as Scalar
    },
    (dy, [z, isForeground]) => [tf.mul(tf.sub(tf.sigmoid(z!), tf.cast(isForeground!, 'float32')), tf.div(dy, logit.size))],
  )
}
