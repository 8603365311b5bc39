import { dualsegError } from '@dualseg/kernels'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireFloats, requireRank, shapeText } from './requirements/tensors'

/** Norms below this count as zero, as in PyTorch's `normalize`. */
const LEAST_NORM = 1e-12

/**
 * Mean Euclidean distance of L2-normalised vectors from an L2-normalised centre: `mean_i | x_i/|x_i| - c/|c| |`. A pair at distance 0 gives
 * no gradient, nor does a zero vector (the reference's would be 1e12 times too large).
 *
 * Source: LUSEG, `loss_fn`.
 *
 * @param rows [n, channels]
 * @param centre [channels]
 * @returns scalar, 0 to 2
 * @throws DUALSEG_SHAPE if the channels differ or there is no row
 */
export function meanNormalisedDistance(rows: Tensor2D, centre: Tensor1D): Scalar {
  const where = 'meanNormalisedDistance'
  requireFloats(where, 'rows', rows)
  requireRank(where, 'rows', rows, 2, '[n, channels]')
  requireFloats(where, 'centre', centre)
  if (centre.rank !== 1 || rows.shape[1] !== centre.shape[0]) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: centre ${shapeText(centre.shape)} does not match rows ${shapeText(rows.shape)}; expected [${rows.shape[1]}]`,
    )
  }
  return tf.tidy(() => {
    const unit = normaliseRows(tf.reshape(centre, [1, centre.size]) as Tensor2D)
    return meanDistance(normaliseRows(rows), tf.reshape(unit, [centre.size]) as Tensor1D)
  })
}

/** mean_i |x_i - c|; the gradient of a distance 0 is 0. */
export function meanDistance(rows: Tensor2D, centre: Tensor1D): Scalar {
  return ownGradient(
    [rows, centre],
    (save) => {
      const difference = tf.sub(rows, centre)
      const distance = tf.sqrt(tf.sum(tf.square(difference), -1, true))
      save([difference, distance])
      return tf.mean(distance) as Scalar
    },
    (dy, [difference, distance]) => {
      const toRows = tf.mul(tf.divNoNan(difference!, distance!), tf.div(dy, rows.shape[0]))
      return [toRows, tf.neg(tf.sum(toRows, 0))]
    },
  )
}

/** x_i / |x_i|, zero vectors stay zero: d/dx = (g - (g·f) f) / |x|. */
export function normaliseRows(rows: Tensor2D): Tensor2D {
  return ownGradient(
    [rows],
    (save) => {
      const inverse = inverseNorms(rows)
      const unit = tf.mul(rows, inverse) as Tensor2D
      save([unit, inverse])
      return unit
    },
    (dy, [unit, inverse]) => [tf.mul(tf.sub(dy, tf.mul(unit!, tf.sum(tf.mul(dy, unit!), -1, true))), inverse!)],
  )
}

/** [..., 1]: 1 / |x_i|, 0 for zero vectors. */
export function inverseNorms(rows: Tensor): Tensor {
  const norms = tf.sqrt(tf.sum(tf.square(rows), -1, true))
  return tf.div(tf.cast(tf.greater(norms, LEAST_NORM), 'float32'), tf.maximum(norms, LEAST_NORM))
}
