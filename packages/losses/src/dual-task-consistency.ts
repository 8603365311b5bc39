import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { meanSquaredProbs, meanSquaredTo } from './mean-squared'
import { requirePositive } from './requirements/numbers'
import { requireFloats, requireOneChannel, requireSameFloats, requireVoxelShape } from './requirements/tensors'

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
 * Agreement of the two heads of a network: `mean((sigmoid(-k sdm) - sigmoid(logit))²)`, both heads live.
 *
 * Source: Luo et al. 2021 (DTC), over labelled and unlabelled samples.
 *
 * @param sdm [batch, x, y, z, 1], after tanh
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
  return tf.tidy(() => meanSquaredProbs(levelSetProbs(sdm, slope), tf.sigmoid(logit)))
}

/**
 * Regression of the signed distance map: `mean((sdm - target)²)`, the target from `signedDistanceMap`.
 *
 * Source: SASSNet and DTC, on the labelled samples.
 *
 * @param sdm [batch, x, y, z, 1], after tanh
 * @param target [batch, x, y, z], -1..1; receives no gradient
 * @returns scalar, 0 to 4
 * @throws DUALSEG_SHAPE if the shapes do not fit
 */
export function signedDistanceLoss(sdm: Tensor, target: Tensor): Scalar {
  const where = 'signedDistanceLoss'
  requireOneChannel(where, 'sdm', sdm)
  requireFloats(where, 'target', target)
  requireVoxelShape(where, 'sdm', sdm, 'target', target)
  return tf.tidy(() => meanSquaredTo(sdm, tf.reshape(target, sdm.shape)))
}
