import { expectOptions, softmaxCrossEntropy } from '@dualseg/kernels'
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { logProbs } from './log-probs'
import { ownGradient } from './own-gradient'
import { requireLabelled, requireMaskValues } from './requirements/known-values'
import { requireOneOf } from './requirements/options'
import { requireSameShape } from './requirements/tensors'

/**
 * Cross-entropy, mean over all voxels: `mean(-ln softmax(z)[label])`.
 *
 * @param logits [..., classes]; [batch, x, y, z, classes] or [batch, classes]
 * @param labels [...], 0 ... classes - 1; receives no gradient
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Scalar {
  requireLabelled('crossEntropy', 'logits', logits, 'labels', labels)
  if (labels.dtype === 'int32') return softmaxCrossEntropy(logits, labels)
  return tf.tidy(() => softmaxCrossEntropy(logits, tf.cast(labels, 'int32')))
}

/**
 * Cross-entropy of every voxel: `-ln softmax(z)[label]`.
 *
 * @param logits [..., classes]
 * @param labels [...], 0 ... classes - 1; receives no gradient
 * @returns [...], 0 or more; its mean is {@link crossEntropy}
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function crossEntropyMap<R extends Tensor = tf.Tensor4D>(logits: Tensor, labels: Tensor): R {
  requireLabelled('crossEntropyMap', 'logits', logits, 'labels', labels)
  return ownGradient(
    [logits],
    (save) => {
      const logs = logProbs(logits)
      const oneHot = oneHotLabels(labels, logits)
      save([logs, oneHot])
      return tf.neg(tf.sum(chosen(logs, oneHot), -1)) as R
    },
    (dy, [logs, oneHot]) => [tf.mul(tf.sub(tf.exp(logs!), oneHot!), tf.expandDims(dy, -1))],
  )
}

/**
 * Cross-entropy, mean over the voxels of a mask: `Σ m CE / Σ m`. Dividing by the kept count is the weight `N_all / N_kept` that LUSEG and
 * DualNet give to their filtered pseudo labels, taken once.
 *
 * @param logits [..., classes]
 * @param labels [...], 0 ... classes - 1 (anything valid outside the mask); receives no gradient
 * @param mask [...], 0 or 1; receives no gradient
 * @param options.ifEmpty value when the mask keeps nothing: 0 (default), or NaN as PyTorch's `ignore_index` has it. The gradient is 0 either way.
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes or a mask that is not 0 or 1
 */
export function maskedCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  mask: Tensor,
  options: { ifEmpty?: 0 | typeof Number.NaN } = {},
): Scalar {
  const where = 'maskedCrossEntropy'
  requireLabelled(where, 'logits', logits, 'labels', labels)
  requireSameShape(where, 'labels', labels, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  expectOptions(where, options, ['ifEmpty'])
  const { ifEmpty = 0 } = options
  requireOneOf(where, 'ifEmpty', ifEmpty, [0, Number.NaN])
  return crossEntropyWhere(logits, labels, mask, Number.isNaN(ifEmpty))
}

/** {@link maskedCrossEntropy} of what was looked at. */
export function crossEntropyWhere(logits: Tensor, labels: Tensor, mask: Tensor, emptyIsNaN: boolean): Scalar {
  return ownGradient(
    [logits],
    (save) => {
      const logs = logProbs(logits)
      const oneHot = oneHotLabels(labels, logits)
      const weights = tf.cast(mask, 'float32')
      const kept = tf.sum(weights)
      const total = tf.neg(tf.sum(chosen(tf.sum(chosen(logs, oneHot), -1), weights)))
      save([logs, oneHot, weights, kept])
      return (emptyIsNaN ? tf.div(total, kept) : tf.divNoNan(total, kept)) as Scalar
    },
    (dy, [logs, oneHot, weights, kept]) => {
      // divNoNan also where dy is infinite (a weight N_all / 0): no voxel was kept, none is taught.
      const share = tf.divNoNan(dy, kept!)
      return [tf.mul(tf.sub(tf.exp(logs!), oneHot!), tf.expandDims(tf.mul(weights!, share), -1))]
    },
  )
}

/** [..., classes], float32, one 1 a voxel. */
export function oneHotLabels(labels: Tensor, scores: Tensor): Tensor {
  const classes = scores.shape[scores.rank - 1] as number
  const flat = tf.reshape(tf.cast(labels, 'int32'), [labels.size]) as Tensor1D
  return tf.reshape(tf.oneHot(flat, classes, 1, 0, 'float32'), scores.shape)
}

/** `values` where `mask`, 0 or 1, is 1, else 0. No product: 0 times the -∞ of an impossible class or a NaN that is masked out would be NaN. */
export function chosen(values: Tensor, mask: Tensor): Tensor {
  return tf.where(tf.cast(mask, 'bool'), values, mask)
}
