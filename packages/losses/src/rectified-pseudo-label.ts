import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { chosen, oneHotLabels } from './cross-entropy'
import { logRatio } from './kl-divergence'
import { logProbs } from './log-probs'
import { ownGradient } from './own-gradient'
import { requirePositive } from './requirements/numbers'
import { requireSameClasses } from './requirements/tensors'

/**
 * Uncertainty-rectified pseudo supervision: `mean(exp(-K) CE(z_S, argmax z_T)) + mean(K)` with `K = KL(softmax(z_T / τ) || softmax(z_S))`.
 * The weight exp(-K) is live: it is part of what the student learns from. The teacher is a constant.
 *
 * Source: Zheng and Yang 2021; DualNet, L_unc (Eq. 7 to 9). The paper's temperature is 0.5; in the released code it only stands inside the
 * argmax, where it changes nothing, so that code is τ = 1.
 *
 * @param studentLogits [batch, x, y, z, classes]
 * @param teacherLogits the same shape; receives no gradient
 * @param options.temperature τ, default 1
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a temperature that is not above 0
 */
export function rectifiedPseudoLabelLoss(
  studentLogits: Tensor,
  teacherLogits: Tensor,
  options: { temperature?: number } = {},
): Scalar {
  const where = 'rectifiedPseudoLabelLoss'
  const classes = requireSameClasses(where, 'studentLogits', studentLogits, 'teacherLogits', teacherLogits)
  expectOptions(where, options, ['temperature'])
  const { temperature = 1 } = options
  requirePositive(where, 'temperature', temperature)
  const voxels = studentLogits.size / classes
  return ownGradient(
    [studentLogits],
    (save) => {
      const logQ = logProbs(studentLogits)
      const logP = logProbs(temperature === 1 ? teacherLogits : tf.div(teacherLogits, temperature))
      const p = tf.exp(logP)
      const oneHot = oneHotLabels(tf.argMax(teacherLogits, -1), studentLogits)
      const kl = tf.sum(tf.mul(p, logRatio(logP, logQ)), -1, true)
      const ce = tf.neg(tf.sum(chosen(logQ, oneHot), -1, true))
      const weight = tf.exp(tf.neg(kl))
      const rectified = tf.mul(weight, ce)
      save([logQ, p, oneHot, weight, tf.sub(1, rectified)])
      return tf.mean(tf.add(rectified, kl)) as Scalar
    },
    // With q the student's softmax and y the one-hot pseudo label: dK/dz = q - p and dCE/dz = q - y, so
    // d/dz = (1 - exp(-K) CE) (q - p) + exp(-K) (q - y), divided by the number of voxels.
    (dy, [logQ, p, oneHot, weight, rest]) => {
      const share = tf.div(dy, voxels)
      const q = tf.exp(logQ!)
      const fromKl = tf.mul(tf.sub(q, p!), tf.mul(rest!, share))
      return [tf.add(fromKl, tf.mul(tf.sub(q, oneHot!), tf.mul(weight!, share)))]
    },
  )
}
