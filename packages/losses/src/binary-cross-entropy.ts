import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireLabelValues, requireVoxelShape } from './requirements'

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
  requireVoxelShape(where, 'logit', logit, 'labels', labels)
  requireLabelValues(where, labels, 2)
  return ownGradient(
    [logit],
    (save) => {
      const t = tf.reshape(tf.cast(labels, 'float32'), logit.shape)
      save([logit, t])
      // The absolute value keeps exp from overflowing on either side.
      const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logit))))
      return tf.mean(tf.add(tf.sub(tf.relu(logit), tf.mul(logit, t)), tail)) as Scalar
    },
    (dy, [z, t]) => [tf.mul(tf.sub(tf.sigmoid(z!), t!), tf.div(dy, logit.size))],
  )
}
