import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireMaskValues } from './requirements/known-values'
import {
  requireFloats,
  requireNumbers,
  requireSameClasses,
  requireSameFloats,
  requireSameShape,
  requireVoxelShape,
} from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Mean squared difference of two tensors of probabilities, both live: `mean((a - b)²)`. No softmax inside, whatever MCF's function of this
 * kind is called.
 *
 * Source: MCF; MC-Net's pairs; DTC.
 *
 * @param first any shape, after softmax or sigmoid
 * @param second the same shape; detach it with kernels' `stopGradient` where it is a target
 * @returns scalar, 0 to 1 for probabilities
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function meanSquaredProbs(first: Tensor, second: Tensor): Scalar {
  requireSameFloats('meanSquaredProbs', 'first', first, 'second', second)
  return ownGradient(
    [first, second],
    (save) => {
      const difference = tf.sub(first, second)
      save([difference])
      return tf.mean(tf.square(difference)) as Scalar
    },
    (dy, [difference]) => {
      const toFirst = tf.mul(difference!, tf.mul(dy, 2 / first.size))
      return [toFirst, tf.neg(toFirst)]
    },
  )
}

/**
 * Mean squared difference of two softmax outputs: `mean((softmax(s) - sg softmax(t))²)`, the consistency of Mean Teacher.
 *
 * Source: Tarvainen and Valpola 2017; UA-MT, `softmax_mse_loss`.
 *
 * @param studentLogits [batch, x, y, z, classes]
 * @param teacherLogits the same shape; receives no gradient
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function softmaxMse(studentLogits: Tensor, teacherLogits: Tensor): Scalar {
  requireSameClasses('softmaxMse', 'studentLogits', studentLogits, 'teacherLogits', teacherLogits)
  return tf.tidy(() => {
    const teacherProbs = withoutGradient(() => tf.softmax(teacherLogits))
    return meanSquaredTo(tf.softmax(studentLogits), teacherProbs)
  })
}

/**
 * Mean squared difference over the voxels of a mask: `Σ m |a - b|² / (k Σ m + 1e-16)`, k values a voxel. 0 for an empty mask.
 *
 * Source: UA-MT's masked consistency (k = number of classes, hence its factor 2); MCF's mistake term (k = 1).
 *
 * @param probs [..., classes], or [...] like the mask
 * @param target the same shape; receives no gradient
 * @param mask [...], 0 or 1, float32; receives no gradient
 * @returns scalar, 0 to 1 for probabilities
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for a mask that is not 0 or 1
 */
export function maskedMeanSquared(probs: Tensor, target: Tensor, mask: Tensor): Scalar {
  const where = 'maskedMeanSquared'
  requireFloats(where, 'probs', probs)
  requireSameShape(where, 'probs', probs, 'target', target)
  requireNumbers(where, 'mask', mask)
  if (probs.rank === mask.rank + 1) requireVoxelShape(where, 'probs', probs, 'mask', mask)
  else requireSameShape(where, 'probs', probs, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  return meanSquaredWhere(probs, target, mask)
}

/** {@link maskedMeanSquared} of what was looked at. */
export function meanSquaredWhere(probs: Tensor, target: Tensor, mask: Tensor): Scalar {
  const perVoxel = probs.rank === mask.rank + 1
  const values = perVoxel ? (probs.shape[probs.rank - 1] as number) : 1
  return ownGradient(
    [probs],
    (save) => {
      const weights = tf.cast(mask, 'float32')
      const difference = tf.sub(probs, tf.cast(target, 'float32'))
      const masked = tf.mul(difference, perVoxel ? tf.expandDims(weights, -1) : weights)
      const size = tf.add(tf.mul(tf.sum(weights), values), 1e-16)
      save([masked, size])
      // The mask is 0 or 1, so (m d)² = m d².
      return tf.div(tf.sum(tf.square(masked)), size) as Scalar
    },
    (dy, [masked, size]) => [tf.mul(masked!, tf.div(tf.mul(dy, 2), size!))],
  )
}

/** As {@link meanSquaredProbs} towards a constant: half the work on the way back. */
export function meanSquaredTo(probs: Tensor, target: Tensor): Scalar {
  return ownGradient(
    [probs],
    (save) => {
      const difference = tf.sub(probs, target)
      save([difference])
      return tf.mean(tf.square(difference)) as Scalar
    },
    (dy, [difference]) => [tf.mul(difference!, tf.mul(dy, 2 / probs.size))],
  )
}
