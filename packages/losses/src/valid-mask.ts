import { expectOptions } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { entropyMap } from './entropy'
import { percentilesOf } from './percentile'
import { knownMask } from './requirements/known-values'
import { requireWithin } from './requirements/numbers'
import { requireOneOf } from './requirements/options'
import { requireSameClasses } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

export interface ValidMaskOptions {
  /** Entropy percentile of each network that is the threshold, 0..100, over all voxels together. */
  percentile: number
  /** A voxel must pass in both networks, or in one of them. */
  combine: 'both' | 'either'
  /** 'at-most' keeps ties with the threshold; 'below' drops exactly what lies at or above it, and so keeps NaN. */
  keep: 'at-most' | 'below'
}

/** DualNet as its paper means it: the 80th percentile of both networks; «at most», so that saturated voxels (entropy 0, all tied) stay. */
export const DUALNET_FILTER: ValidMaskOptions = { percentile: 80, combine: 'both', keep: 'at-most' }

/** LUSEG as its paper means it. */
export const LUSEG_FILTER: ValidMaskOptions = { percentile: 80, combine: 'either', keep: 'at-most' }

/** LUSEG's and DualNet's released code: a voxel is ignored where both entropies are at or above their 20th percentile. */
export const RELEASED_FILTER: ValidMaskOptions = { percentile: 20, combine: 'either', keep: 'below' }

/**
 * Voxels whose pseudo label is trusted, by the entropy of two networks against a percentile of its own each.
 *
 * Entropy is `-Σ_c p ln(p + 1e-10)`, the percentile exact with linear interpolation. The entropies are read from the backend once, or
 * not at all if it can find order statistics by itself.
 *
 * Source: DualNet Eq. 3; LUSEG, `compute_uxi_loss`. DualNet's released code hands over logits: NaN thresholds, nothing is filtered.
 *
 * @param firstProbs [batch, x, y, z, classes], after softmax; the unlabelled samples
 * @param secondProbs the same shape
 * @param options {@link DUALNET_FILTER}, {@link LUSEG_FILTER}, {@link RELEASED_FILTER} or one's own
 * @returns `mask` [batch, x, y, z], float32 0 or 1, a constant; `thresholds` in nats, first and second network
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a percentile outside 0..100 or another setting
 */
export function validMask(
  firstProbs: Tensor,
  secondProbs: Tensor,
  options: ValidMaskOptions,
): { mask: tf.Tensor4D; thresholds: [number, number] } {
  const where = 'validMask'
  requireSameClasses(where, 'firstProbs', firstProbs, 'secondProbs', secondProbs)
  expectOptions(where, options, ['percentile', 'combine', 'keep'])
  const { percentile: q, keep, combine } = options
  requireWithin(where, 'percentile', q, 0, 100)
  requireOneOf(where, 'combine', combine, ['both', 'either'])
  requireOneOf(where, 'keep', keep, ['at-most', 'below'])
  const entropies = withoutGradient(() => [firstProbs, secondProbs].map((probs) => entropyMap(probs, { epsilon: 1e-10 })))
  const thresholds = percentilesOf(entropies, q) as [number, number]
  const mask = withoutGradient(() => {
    const [first, second] = entropies.map((entropy, i) => {
      const threshold = thresholds[i]!
      return keep === 'at-most' ? tf.lessEqual(entropy, threshold) : tf.logicalNot(tf.greaterEqual(entropy, threshold))
    }) as [Tensor, Tensor]
    return tf.cast(combine === 'both' ? tf.logicalAnd(first, second) : tf.logicalOr(first, second), 'float32')
  })
  tf.dispose(entropies)
  return { mask: knownMask(mask as tf.Tensor4D), thresholds }
}
