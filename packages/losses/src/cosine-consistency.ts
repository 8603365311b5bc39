import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireSameClasses } from './requirements/tensors'

/** Below any product of squared norms of probabilities (at least 1 / classes²); only guards against all-zero vectors. */
const LEAST_NORM = 1e-16

/**
 * Cosine consistency of two networks: the mean over voxels of `1 - <p, q> / (|p| |q|)`, the products over the classes. Both sides live.
 *
 * Source: DualNet, L_reg (Eq. 5 and 6; `consist_loss` of the released code).
 *
 * @param firstProbs [batch, x, y, z, classes], after softmax
 * @param secondProbs the same shape
 * @returns scalar, 0 (equal) to 1 (opposed)
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function cosineConsistency(firstProbs: Tensor, secondProbs: Tensor): Scalar {
  const where = 'cosineConsistency'
  const classes = requireSameClasses(where, 'firstProbs', firstProbs, 'secondProbs', secondProbs)
  const voxels = firstProbs.size / classes
  return ownGradient(
    [firstProbs, secondProbs],
    (save) => {
      const first = tf.maximum(tf.sum(tf.square(firstProbs), -1, true), LEAST_NORM)
      const second = tf.maximum(tf.sum(tf.square(secondProbs), -1, true), LEAST_NORM)
      const scale = tf.rsqrt(tf.mul(first, second))
      const cosine = tf.mul(tf.sum(tf.mul(firstProbs, secondProbs), -1, true), scale)
      save([firstProbs, secondProbs, scale, tf.div(cosine, first), tf.div(cosine, second)])
      return tf.sub(1, tf.mean(cosine)) as Scalar
    },
    // d cos / dp = q / (|p| |q|) - cos p / |p|²
    (dy, [p, q, scale, overFirst, overSecond]) => {
      const share = tf.div(dy, -voxels)
      const mixed = tf.mul(scale!, share)
      return [
        tf.sub(tf.mul(q!, mixed), tf.mul(p!, tf.mul(overFirst!, share))),
        tf.sub(tf.mul(p!, mixed), tf.mul(q!, tf.mul(overSecond!, share))),
      ]
    },
  )
}
