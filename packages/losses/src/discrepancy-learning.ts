import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { chosen, oneHotLabels } from './cross-entropy'
import { predictedLabels } from './foreground'
import { logProbs } from './log-probs'
import { ownGradient } from './own-gradient'
import { knownMask, requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireFloats, requireSameClasses, requireSameShape, requireVoxelShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Voxels that two networks give to different classes: `1[argmax z_a != argmax z_b]`.
 *
 * Source: Song & Wang 2024 (SDCL).
 *
 * @param firstScores [..., classes]
 * @param secondScores the same shape
 * @returns [...], float32 0 or 1; a constant
 * @throws DUALSEG_SHAPE if the shapes differ or there is one class alone
 */
export function discrepancyMask<R extends Tensor = tf.Tensor4D>(firstScores: Tensor, secondScores: Tensor): R {
  requireSameClasses('discrepancyMask', 'firstScores', firstScores, 'secondScores', secondScores)
  return knownMask(
    withoutGradient(() => tf.cast(tf.notEqual(predictedLabels(firstScores), predictedLabels(secondScores)), 'float32') as R),
  )
}

/**
 * Where two networks disagree, the distance of one from the labels: `Σ m w mean_c (p - y)² / Σ m`.
 *
 * Source: SDCL, `mix_mse_loss`.
 *
 * @param probs [..., classes], after softmax
 * @param labels [...], 0 ... classes - 1; receives no gradient
 * @param mask [...], 0 or 1, from {@link discrepancyMask}
 * @param weights [...], what each voxel counts
 * @returns scalar, 0 or more; 0 where they never disagree
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes or a mask that is not 0 or 1
 */
export function discrepancyError(probs: Tensor, labels: Tensor, mask: Tensor, weights: Tensor): Scalar {
  const classes = requireMasked('discrepancyError', 'probs', probs, labels, mask, weights)
  return ownGradient(
    [probs],
    (save) => {
      const difference = tf.sub(probs, oneHotLabels(labels, probs))
      const share = sharesOf(mask, weights)
      save([difference, share])
      return tf.sum(chosen(tf.mul(tf.mean(tf.square(difference), -1), share), mask)) as Scalar
    },
    (dy, [difference, share]) => [tf.mul(difference!, tf.expandDims(tf.mul(share!, tf.mul(dy, 2 / classes)), -1))],
  )
}

/**
 * Where two networks disagree and this one errs, its cross-entropy to the uniform distribution: `Σ m e w mean_c (-ln p_c) / Σ m e`, e = 1 where the most likely
 * class is not the label. It grows with a wrong certainty; its least value is ln C.
 *
 * Source: SDCL, `mix_max_kl_loss`, whose target is 1 in every class where the uniform distribution has 1/C; the mean over the classes makes up for it.
 *
 * @param logits [..., classes]
 * @param labels [...], 0 ... classes - 1; receives no gradient
 * @param mask [...], 0 or 1, from {@link discrepancyMask}
 * @param weights [...], what each voxel counts
 * @returns scalar, 0 or more; 0 where no voxel is left
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes or a mask that is not 0 or 1
 */
export function discrepancyUncertainty(logits: Tensor, labels: Tensor, mask: Tensor, weights: Tensor): Scalar {
  const classes = requireMasked('discrepancyUncertainty', 'logits', logits, labels, mask, weights)
  const erring = withoutGradient(() => {
    const wrong = tf.notEqual(predictedLabels<Tensor>(logits), tf.cast(labels, 'int32'))
    return tf.cast(tf.logicalAnd(wrong, tf.cast(mask, 'bool')), 'float32')
  })
  return ownGradient(
    [logits],
    (save) => {
      const logs = logProbs(logits)
      const share = sharesOf(erring, weights)
      save([logs, share])
      return tf.neg(tf.sum(chosen(tf.mul(tf.mean(logs, -1), share), erring))) as Scalar
    },
    (dy, [logs, share]) => [tf.mul(tf.sub(tf.exp(logs!), 1 / classes), tf.expandDims(tf.mul(share!, dy), -1))],
  )
}

/** `m w / Σ m`; 0 everywhere where the mask keeps nothing. */
function sharesOf(mask: Tensor, weights: Tensor): Tensor {
  const kept = tf.cast(mask, 'float32')
  return tf.divNoNan(tf.mul(kept, weights), tf.sum(kept))
}

function requireMasked(where: string, name: string, scores: Tensor, labels: Tensor, mask: Tensor, weights: Tensor): number {
  const classes = requireLabelled(where, name, scores, 'labels', labels)
  requireSameShape(where, 'labels', labels, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  requireFloats(where, 'weights', weights)
  requireVoxelShape(where, name, scores, 'weights', weights)
  return classes
}
