import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { besideBackground } from './foreground'
import { meanSquaredProbs, meanSquaredTo } from './mean-squared'
import { requirePositive } from './requirements/numbers'
import { requireFloats, requireSameFloats, requireSameShape, requireVoxelShape } from './requirements/tensors'

/**
 * A smooth foreground mask from a signed distance map that is negative inside: `1 / (1 + exp(k d))`.
 *
 * Source: Luo et al. 2021 (DTC), k = 1500: alive only where |d| is below about 0.005.
 *
 * @param sdm any shape, -1..1, after tanh
 * @param slope k, default 1500
 * @returns the same shape, 0..1
 * @throws DUALSEG_VALUE for a slope that is not above 0
 */
export function levelSetProbs<T extends Tensor>(sdm: T, slope = 1500): T {
  requireFloats('levelSetProbs', 'sdm', sdm)
  requirePositive('levelSetProbs', 'slope', slope)
  return tf.tidy(() => tf.sigmoid(tf.mul(sdm, -slope)) as T)
}

/**
 * Agreement of the two heads of a network: `mean((sigmoid(-k sdm) - sigmoid(logit))²)`, both heads live. Of several classes every one has a map, and the mean is
 * over these too: `mean((sigmoid(-k sdm_c) - softmax([0, logit])_c)²)`, the background's score 0.
 *
 * Source: Luo et al. 2021 (DTC), over labelled and unlabelled samples, with one class.
 *
 * @param sdm [batch, x, y, z, classes - 1], after tanh
 * @param logit the same shape
 * @param options.slope k, default 1500
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a slope that is not above 0
 */
export function dualTaskConsistency(sdm: Tensor, logit: Tensor, options: { slope?: number } = {}): Scalar {
  const where = 'dualTaskConsistency'
  requireSameFloats(where, 'sdm', sdm, 'logit', logit)
  expectOptions(where, options, ['slope'])
  const { slope = 1500 } = options
  requirePositive(where, 'slope', slope)
  return tf.tidy(() => meanSquaredProbs(levelSetProbs(sdm, slope), foregroundOf(logit)))
}

/** Probabilities of the classes that have a score. */
function foregroundOf(logit: Tensor): Tensor {
  if (logit.rank < 2 || logit.shape.at(-1) === 1) return tf.sigmoid(logit)
  const probs = tf.softmax(besideBackground(logit))
  return tf.slice(probs, [...Array<number>(logit.rank - 1).fill(0), 1], logit.shape)
}

/**
 * Regression of the signed distance maps: `mean((sdm - target)²)`, the targets from `signedDistanceMap`, a map a class of the foreground.
 *
 * Source: SASSNet and DTC, on the labelled samples, with one class.
 *
 * @param sdm [batch, x, y, z, classes - 1], after tanh
 * @param target the same shape, of one map [batch, x, y, z], -1..1; receives no gradient
 * @returns scalar, 0 to 4
 * @throws DUALSEG_SHAPE if the shapes do not fit
 */
export function signedDistanceLoss(sdm: Tensor, target: Tensor): Scalar {
  const where = 'signedDistanceLoss'
  requireFloats(where, 'sdm', sdm)
  requireFloats(where, 'target', target)
  if (sdm.shape.at(-1) === 1) requireVoxelShape(where, 'sdm', sdm, 'target', target)
  else requireSameShape(where, 'sdm', sdm, 'target', target)
  return tf.tidy(() => meanSquaredTo(sdm, tf.reshape(target, sdm.shape)))
}
