import { softmaxCrossEntropy } from '@dualseg/kernels'
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { logProbs } from './log-probs'
import { ownGradient } from './own-gradient'
import { requireClasses, requireLabelValues, requireMaskValues, requireSameShape, requireVoxelShape } from './requirements'

/**
 * Cross-entropy, mean over all voxels: `mean(-ln softmax(z)[label])`.
 *
 * @param logits [..., classes]; [batch, x, y, z, classes] or [batch, classes]
 * @param labels int32 [...], 0 ... classes - 1; receives no gradient
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Scalar {
  checkLabels('crossEntropy', logits, labels)
  return softmaxCrossEntropy(logits, labels) as Scalar
}

/**
 * Cross-entropy of every voxel: `-ln softmax(z)[label]`.
 *
 * @param logits [..., classes]
 * @param labels int32 [...], 0 ... classes - 1; receives no gradient
 * @returns [...], 0 or more; its mean is {@link crossEntropy}
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function crossEntropyMap<R extends Tensor = tf.Tensor4D>(logits: Tensor, labels: Tensor): R {
  checkLabels('crossEntropyMap', logits, labels)
  return ownGradient(
    [logits],
    (save) => {
      const logs = logProbs(logits)
      const oneHot = oneHotLabels(labels, logits)
      save([logs, oneHot])
      return tf.neg(tf.sum(tf.mul(logs, oneHot), -1)) as R
    },
    (dy, [logs, oneHot]) => [tf.mul(tf.sub(tf.exp(logs!), oneHot!), tf.expandDims(dy, -1))],
  )
}

/**
 * Cross-entropy, mean over the voxels of a mask: `Σ m CE / Σ m`. Dividing by the kept count is the weight `N_all / N_kept` that LUSEG and
 * DualNet give to their filtered pseudo labels, taken once.
 *
 * @param logits [..., classes]
 * @param labels int32 [...], 0 ... classes - 1 (anything valid outside the mask); receives no gradient
 * @param mask [...], 0 or 1, float32; receives no gradient
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
  checkLabels(where, logits, labels)
  requireSameShape(where, 'labels', labels, 'mask', mask)
  requireMaskValues(where, mask)
  return ownGradient(
    [logits],
    (save) => {
      const logs = logProbs(logits)
      const oneHot = oneHotLabels(labels, logits)
      const weights = tf.cast(mask, 'float32')
      const kept = tf.sum(weights)
      const total = tf.neg(tf.sum(tf.mul(tf.sum(tf.mul(logs, oneHot), -1), weights)))
      save([logs, oneHot, weights, kept])
      return (Number.isNaN(options.ifEmpty) ? tf.div(total, kept) : tf.divNoNan(total, kept)) as Scalar
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

function checkLabels(where: string, logits: Tensor, labels: Tensor): void {
  const classes = requireClasses(where, 'logits', logits)
  requireVoxelShape(where, 'logits', logits, 'labels', labels)
  requireLabelValues(where, labels, classes)
}
