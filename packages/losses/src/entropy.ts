import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requirePositive } from './requirements/numbers'
import { requireOneOf } from './requirements/options'
import { requireClasses } from './requirements/tensors'

export interface EntropyOptions {
  /** Inside the logarithm; 1e-6 in UA-MT, DTC and SSL4MIS, 1e-10 in LUSEG and DualNet. */
  epsilon?: number
  /** Divide by ln(classes), so that the uniform distribution has entropy 1. */
  normalise?: boolean
}

/**
 * Entropy of every voxel: `-Σ_c p ln(p + ε)`.
 *
 * Source: UA-MT (uncertainty), DTC, SSL4MIS, LUSEG.
 *
 * @param probs [..., classes], after softmax. Negative numbers (logits) give NaN, as in DualNet's released filter.
 * @param options.epsilon default 1e-6
 * @param options.normalise default false
 * @returns [...], 0 (up to -ε) to ln(classes), or to 1 if normalised
 * @throws DUALSEG_SHAPE without a class axis, DUALSEG_VALUE unless epsilon is above 0
 */
export function entropyMap<R extends Tensor = tf.Tensor4D>(probs: Tensor, options: EntropyOptions = {}): R {
  const where = 'entropyMap'
  const classes = requireClasses(where, 'probs', probs)
  expectOptions(where, options, ['epsilon', 'normalise'])
  const { epsilon = 1e-6, normalise = false } = options
  requirePositive(where, 'epsilon', epsilon)
  requireOneOf(where, 'normalise', normalise, [true, false])
  const scale = normalise ? -1 / Math.log(classes) : -1
  return ownGradient(
    [probs],
    (save) => {
      const shifted = tf.add(probs, epsilon)
      const logs = tf.log(shifted)
      save([probs, shifted, logs])
      return tf.mul(tf.sum(tf.mul(probs, logs), -1), scale) as R
    },
    (dy, [p, shifted, logs]) => [tf.mul(tf.add(logs!, tf.div(p!, shifted!)), tf.expandDims(tf.mul(dy, scale), -1))],
  )
}

/**
 * Entropy minimisation: the mean over voxels of `-Σ_c p ln(p + 1e-6) / ln(classes)`, p = softmax(z).
 *
 * Source: Vu et al. 2019 (ADVENT); SSL4MIS, which takes it over labelled and unlabelled samples alike.
 *
 * @param logits [batch, x, y, z, classes]
 * @returns scalar, 0 (certain everywhere) to 1
 * @throws DUALSEG_SHAPE without a class axis
 */
export function entropyMinimisation(logits: Tensor): Scalar {
  requireClasses('entropyMinimisation', 'logits', logits)
  return tf.tidy(() => tf.mean<Scalar>(entropyMap(tf.softmax(logits), { normalise: true })))
}
