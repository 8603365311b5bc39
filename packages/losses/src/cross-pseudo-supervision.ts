import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from './cross-entropy'
import { predictedLabels } from './foreground'
import { requireSameClasses } from './requirements/tensors'

/**
 * Cross pseudo supervision: each of two networks learns the other's hard labels, `CE(z_1, argmax sg z_2)` and `CE(z_2, argmax sg z_1)`.
 *
 * Source: Chen et al. 2021 (CPS); SSL4MIS, on the unlabelled half.
 *
 * @param firstLogits [batch, x, y, z, classes]
 * @param secondLogits the same shape
 * @returns one scalar a network, `first` teaching only the first
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function crossPseudoSupervision(firstLogits: Tensor, secondLogits: Tensor): { first: Scalar; second: Scalar } {
  requireSameClasses('crossPseudoSupervision', 'firstLogits', firstLogits, 'secondLogits', secondLogits)
  return tf.tidy(() => ({
    first: crossEntropy(firstLogits, predictedLabels(secondLogits)),
    second: crossEntropy(secondLogits, predictedLabels(firstLogits)),
  }))
}
