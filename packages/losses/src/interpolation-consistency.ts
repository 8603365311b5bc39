import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { meanSquaredTo } from './mean-squared'
import { requireWithin } from './requirements/numbers'
import { requireSameClasses, requireSameFloats } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Two tensors mixed: `(1 - m) a + m b`, both live.
 *
 * Source: Zhang et al. 2018 (mixup); Verma et al. 2019 (ICT), of images as of predictions.
 *
 * @param first a, any shape
 * @param second b, the same shape
 * @param factor m, 0..1
 * @returns the same shape
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a factor outside 0..1
 */
export function mixup<T extends Tensor>(first: T, second: T, factor: number): T {
  requireSameFloats('mixup', 'first', first, 'second', second)
  requireWithin('mixup', 'factor', factor, 0, 1)
  return tf.tidy(() => tf.add(tf.mul(first, 1 - factor), tf.mul(second, factor)) as T)
}

/**
 * Interpolation consistency: what the student says of two mixed volumes shall be the mixture of what its teacher says of either,
 * `mean((softmax(s) - sg((1 - m) softmax(t₀) + m softmax(t₁)))²)`.
 *
 * Source: Verma et al. 2019 (ICT); SSL4MIS, on the unlabelled half.
 *
 * @param studentLogits [batch, x, y, z, classes], of the volumes mixed with {@link mixup}
 * @param firstTeacherLogits the same shape, of the first volumes as they are; receives no gradient
 * @param secondTeacherLogits likewise of the second ones
 * @param factor m, 0..1, that of the volumes
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a factor outside 0..1
 */
export function interpolationConsistency(
  studentLogits: Tensor,
  firstTeacherLogits: Tensor,
  secondTeacherLogits: Tensor,
  factor: number,
): Scalar {
  const where = 'interpolationConsistency'
  requireSameClasses(where, 'studentLogits', studentLogits, 'firstTeacherLogits', firstTeacherLogits)
  requireSameClasses(where, 'studentLogits', studentLogits, 'secondTeacherLogits', secondTeacherLogits)
  requireWithin(where, 'factor', factor, 0, 1)
  return tf.tidy(() => {
    const target = withoutGradient(() => mixup(tf.softmax(firstTeacherLogits), tf.softmax(secondTeacherLogits), factor))
    return meanSquaredTo(tf.softmax(studentLogits), target)
  })
}
