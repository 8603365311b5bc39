import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requirePositive } from './requirements/numbers'
import { requireClasses, requireFloats } from './requirements/tensors'

/** Far below any float32 probability that survives the powers below: turns 0 / 0 in the gradients into 0. */
const TINY = 1e-30

/**
 * Sharpened probabilities, normalised over the classes: `p_c^(1/T) / Σ_k p_k^(1/T)`.
 *
 * Source: MCF (T = 0.1), there always detached.
 *
 * @param probs [..., classes], 0..1
 * @param temperature T, above 0; 1 leaves the distribution as it is, towards 0 it becomes one-hot
 * @returns the same shape; live, detach it with kernels' `stopGradient` where it is a target
 * @throws DUALSEG_SHAPE without a class axis, DUALSEG_VALUE for a temperature that is not above 0
 */
export function sharpen<T extends Tensor>(probs: T, temperature: number): T {
  requireClasses('sharpen', 'probs', probs)
  requirePositive('sharpen', 'temperature', temperature)
  const power = 1 / temperature
  return ownGradient(
    [probs],
    (save) => {
      // The powers as a softmax of logarithms: no underflow of all classes at once.
      const sharpened = tf.softmax(tf.mul(tf.log(probs), power)) as T
      save([probs, sharpened])
      return sharpened
    },
    (dy, [p, s]) => {
      const weighted = tf.mul(dy, s!)
      const inner = tf.sub(weighted, tf.mul(s!, tf.sum(weighted, -1, true)))
      return [tf.div(tf.mul(inner, power), tf.add(p!, TINY))]
    },
  )
}

/**
 * Sharpened probabilities, every channel by itself against its complement: `p^(1/T) / (p^(1/T) + (1 - p)^(1/T))`. For two classes the same
 * numbers as {@link sharpen}, another gradient.
 *
 * Source: MC-Net (T = 0.1), there live.
 *
 * @param probs any shape, 0..1
 * @param temperature T, above 0
 * @returns the same shape, 0..1
 * @throws DUALSEG_VALUE for a temperature that is not above 0
 */
export function sharpenElementwise<T extends Tensor>(probs: T, temperature: number): T {
  requireFloats('sharpenElementwise', 'probs', probs)
  requirePositive('sharpenElementwise', 'temperature', temperature)
  const power = 1 / temperature
  return ownGradient(
    [probs],
    (save) => {
      // The same fraction as a sigmoid of log odds: exact 0 and 1 stay 0 and 1, and small temperatures do not end in 0 / 0.
      const logOdds = tf.sub(tf.log(probs), tf.log(tf.sub(1, probs)))
      const sharpened = tf.sigmoid(tf.mul(logOdds, power)) as T
      save([probs, sharpened])
      return sharpened
    },
    (dy, [p, s]) => {
      const slope = tf.div(tf.mul(s!, tf.sub(1, s!)), tf.add(tf.mul(p!, tf.sub(1, p!)), TINY))
      return [tf.mul(dy, tf.mul(slope, power))]
    },
  )
}
