import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { LEAST_PROBABILITY } from './kl-divergence'
import { logProbs } from './log-probs'
import { requireClasses, requireList, requireSameFloats } from './requirements/tensors'

/**
 * Uncertainty-rectified pyramid consistency. With p_s the softmax of scale s, p̄ their mean and `K_s = Σ_c p̄ (ln p̄ - ln p_s)`:
 * `L_s = mean((p̄ - p_s)² exp(-K_s)) / (mean(exp(-K_s)) + 1e-8) + mean(K_s)`; the loss is the mean of the L_s. Everything is live.
 *
 * Source: Luo et al. 2021 (URPC); SSL4MIS, four scales, on the unlabelled half.
 *
 * @param scaleLogits two or more of [batch, x, y, z, classes], all brought to full resolution
 * @returns `total` and the L_s as `perScale`
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for fewer than two scales
 */
export function pyramidConsistency(scaleLogits: readonly Tensor[]): { total: Scalar; perScale: Scalar[] } {
  const where = 'pyramidConsistency'
  requireList(where, 'scaleLogits', scaleLogits, 'scales', 2)
  const first = scaleLogits[0]!
  requireClasses(where, 'scaleLogits[0]', first)
  for (const [i, logits] of scaleLogits.entries()) requireSameFloats(where, 'scaleLogits[0]', first, `scaleLogits[${i}]`, logits)

  return tf.tidy(() => {
    const logs = scaleLogits.map(logProbs)
    const probs = logs.map((scale) => tf.exp(scale))
    const mean = tf.div(tf.addN(probs), probs.length)
    const logMean = tf.log(tf.maximum(mean, LEAST_PROBABILITY))
    const perScale = probs.map((scale, s) => {
      const kl = tf.sum(tf.mul(mean, tf.sub(logMean, logs[s]!)), -1, true)
      const weight = tf.exp(tf.neg(kl))
      const distance = tf.mean(tf.mul(tf.square(tf.sub(mean, scale)), weight))
      return tf.add(tf.div(distance, tf.add(tf.mean(weight), 1e-8)), tf.mean(kl)) as Scalar
    })
    return { total: tf.div<Scalar>(tf.addN(perScale), perScale.length), perScale }
  })
}
