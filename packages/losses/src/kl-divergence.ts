import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { logProbs } from './log-probs'
import { requirePositive } from './requirements/numbers'
import { requireOneOf } from './requirements/options'
import { requireRank, requireSameClasses, requireSameFloats } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/** Smallest probability whose logarithm is taken: keeps p ln p and its gradient finite at p = 0. */
export const LEAST_PROBABILITY = 1e-37

/** About the largest float32. */
const LARGEST = 3e38

/**
 * Kullback-Leibler divergence of every voxel: `KL(p || q) = Σ_c p (ln p - ln q)`, p and q softmax of the logits.
 *
 * Source: Zheng and Yang 2021; UA-MT, URPC and DualNet.
 *
 * @param targetLogits [..., classes], gives p; live, detach it where it is a target
 * @param logits the same shape, gives q
 * @returns [...], 0 or more
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function klDivergenceMap<R extends Tensor = tf.Tensor4D>(targetLogits: Tensor, logits: Tensor): R {
  return tf.tidy(() => tf.sum(klDivergenceElements('klDivergenceMap', targetLogits, logits), -1) as R)
}

/**
 * The summands of {@link klDivergenceMap}, a class each: `p (ln p - ln q)`.
 *
 * Source: UA-MT, `softmax_kl_loss`.
 *
 * @param targetLogits [..., classes]
 * @param logits the same shape
 * @returns the same shape; single elements may be negative
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function softmaxKlMap<T extends Tensor>(targetLogits: T, logits: T): T {
  return tf.tidy(() => klDivergenceElements('softmaxKlMap', targetLogits, logits) as T)
}

/**
 * Mean over all elements, classes included, of `p (ln p - ln q)`.
 *
 * Source: DTC, `softmax_kl_loss`; with `activation: 'sigmoid'` p and q are sigmoids, every channel by itself.
 *
 * @param targetLogits [..., classes]
 * @param logits the same shape
 * @param options.activation default 'softmax'
 * @returns scalar; 0 or more for softmax
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function meanKl(targetLogits: Tensor, logits: Tensor, options: { activation?: 'softmax' | 'sigmoid' } = {}): Scalar {
  const where = 'meanKl'
  expectOptions(where, options, ['activation'])
  const { activation = 'softmax' } = options
  requireOneOf(where, 'activation', activation, ['softmax', 'sigmoid'])
  return tf.tidy(() => {
    if (activation === 'softmax') return tf.mean<Scalar>(klDivergenceElements(where, targetLogits, logits))
    requireSameFloats(where, 'targetLogits', targetLogits, 'logits', logits)
    const logP = tf.logSigmoid(targetLogits)
    return tf.mean<Scalar>(tf.mul(tf.exp(logP), logRatio(logP, tf.logSigmoid(logits))))
  })
}

/**
 * Symmetric divergence of two networks, the consistency of regularised dropout: `(mean p (ln p - ln q) + mean q (ln q - ln p)) / 2`, means
 * over all elements.
 *
 * Source: Wu et al. 2021 (R-Drop), axis 'class'. SSL4MIS' released code takes the softmax over the last spatial axis instead: 'z'.
 *
 * @param firstLogits [batch, x, y, z, classes]
 * @param secondLogits the same shape
 * @param options.axis over which the softmax runs, default 'class'
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes differ, or for axis 'z' unless the rank is 5
 */
export function symmetricKl(firstLogits: Tensor, secondLogits: Tensor, options: { axis?: 'class' | 'z' } = {}): Scalar {
  const where = 'symmetricKl'
  requireSameClasses(where, 'firstLogits', firstLogits, 'secondLogits', secondLogits)
  expectOptions(where, options, ['axis'])
  const { axis = 'class' } = options
  requireOneOf(where, 'axis', axis, ['class', 'z'])
  const alongZ = axis === 'z'
  if (alongZ) requireRank(where, 'firstLogits', firstLogits, 5, '[batch, x, y, z, classes] for the axis z')
  return tf.tidy(() => {
    const logsOf = (logits: Tensor) => logProbs(alongZ ? tf.transpose(logits, [0, 1, 2, 4, 3]) : logits)
    const logP = logsOf(firstLogits)
    const logQ = logsOf(secondLogits)
    // Both sums at once: p (ln p - ln q) + q (ln q - ln p) = (p - q)(ln p - ln q).
    return tf.div<Scalar>(tf.mean(tf.mul(tf.sub(tf.exp(logP), tf.exp(logQ)), tf.sub(logP, logQ))), 2)
  })
}

/**
 * Divergence between probabilities, mean over all elements: `mean(t (ln t - ln(p + ε)))`.
 *
 * Source: MC-Net, `kl_loss`.
 *
 * @param probs [..., classes], 0..1
 * @param target the same shape, 0..1; live
 * @param options.epsilon default 1e-8
 * @returns scalar
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE unless epsilon is above 0
 */
export function probsKl(probs: Tensor, target: Tensor, options: { epsilon?: number } = {}): Scalar {
  const where = 'probsKl'
  requireSameClasses(where, 'probs', probs, 'target', target)
  const epsilon = epsilonOf(where, options)
  return tf.tidy(() => {
    // Only 0 is lifted: a negative number has no logarithm and gives NaN.
    const lift = withoutGradient(() => tf.mul(tf.cast(tf.equal(target, 0), 'float32'), LEAST_PROBABILITY))
    const ratio = tf.sub(tf.log(tf.add(target, lift)), tf.log(tf.add(probs, epsilon)))
    return tf.mean<Scalar>(tf.mul(target, ratio))
  })
}

/**
 * Cross-entropy against soft targets, mean over voxels: `mean(-Σ_c t ln(p + ε))`.
 *
 * Source: MC-Net, `soft_ce_loss`.
 *
 * @param probs [..., classes], 0..1
 * @param target the same shape, 0..1; live
 * @param options.epsilon default 1e-8
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE unless epsilon is above 0
 */
export function softCrossEntropy(probs: Tensor, target: Tensor, options: { epsilon?: number } = {}): Scalar {
  const where = 'softCrossEntropy'
  const classes = requireSameClasses(where, 'probs', probs, 'target', target)
  const epsilon = epsilonOf(where, options)
  return tf.tidy(() => tf.mul<Scalar>(tf.mean(tf.mul(target, tf.log(tf.add(probs, epsilon)))), -classes))
}

/** From log-softmax on both sides, so that a saturated p gives 0 and not 0 * Infinity. */
function klDivergenceElements(where: string, targetLogits: Tensor, logits: Tensor): Tensor {
  requireSameClasses(where, 'targetLogits', targetLogits, 'logits', logits)
  const logP = logProbs(targetLogits)
  return tf.mul(tf.exp(logP), logRatio(logP, logProbs(logits)))
}

/** `ln p - ln q`, of an impossible p (-∞) a finite number: the summand `0 ln 0` of a divergence is 0, as in PyTorch. */
export function logRatio(logP: Tensor, logQ: Tensor): Tensor {
  return tf.maximum(tf.sub(logP, logQ), -LARGEST)
}

function epsilonOf(where: string, options: { epsilon?: number }): number {
  expectOptions(where, options, ['epsilon'])
  const { epsilon = 1e-8 } = options
  requirePositive(where, 'epsilon', epsilon)
  return epsilon
}
