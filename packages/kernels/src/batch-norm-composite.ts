import * as tf from '@tensorflow/tfjs-core'

export interface BatchNormAttrs {
  epsilon: number
  relu: boolean
}

interface Normalised {
  gamma: tf.Tensor1D
  beta: tf.Tensor1D
  mean: tf.Tensor1D
  variance: tf.Tensor1D
  residual?: tf.Tensor5D
}

/** All voxels as rows: [batch x y z, channels]. */
export function asRows(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape[x.rank - 1]!])
}

/**
 * `(x - mean) * gamma / sqrt(variance + epsilon) + beta (+ residual)`, before the ReLU, as rows.
 *
 * Forward and gradient both call this: the ReLU mask of the gradient must come from the same bits as the forward's.
 */
export function normalise(x: tf.Tensor2D, { gamma, beta, mean, variance, residual }: Normalised, epsilon: number): tf.Tensor2D {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))
  const y = tf.add<tf.Tensor2D>(tf.mul(tf.sub(x, mean), scale), beta)
  return residual ? tf.add(y, asRows(residual)) : y
}

/** Mean and biased variance of each column. */
export function columnMoments(x: tf.Tensor2D): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const mean: tf.Tensor1D = tf.mean(x, 0)
  // In two passes: a sum of squares minus a squared mean loses all digits where the mean is large.
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), 0) }
}
