import { dualsegError, found } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { knownLabels } from './requirements/known-values'
import { requireClasses, requireFloats, requireOneChannel, requireSameClasses, shapeText } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * The channel of one class: `p[..., c]`.
 *
 * @param probs [..., classes]; any per-class scores
 * @param foreground index of the class, default 1
 * @returns [...], the shape of `probs` without its last axis; gradient to that channel
 * @throws DUALSEG_SHAPE without a class axis, DUALSEG_VALUE for a class that does not exist
 */
export function foregroundProbs<R extends Tensor = tf.Tensor4D>(probs: Tensor, foreground = 1): R {
  const classes = requireClasses('foregroundProbs', 'probs', probs)
  if (!Number.isInteger(foreground) || foreground < 0 || foreground >= classes) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `foregroundProbs: class ${found(foreground)} does not exist; probs ${shapeText(probs.shape)} hold classes 0 to ${classes - 1}`,
    )
  }
  const voxels = probs.size / classes
  return ownGradient(
    [probs],
    () =>
      tf.reshape(tf.slice2d(tf.reshape(probs, [voxels, classes]), [0, foreground], [voxels, 1]), probs.shape.slice(0, -1)) as R,
    // Joined, not padded as the gradient of a slice is: several times faster on the CPU backends.
    (dy) => {
      const column = tf.expandDims(dy, -1)
      const zeros = tf.zerosLike(column)
      return [
        tf.concat(
          Array.from({ length: classes }, (_, c) => (c === foreground ? column : zeros)),
          -1,
        ),
      ]
    },
  )
}

/**
 * Foreground probability of a one-channel logit: `1 / (1 + exp(-z))`, its channel axis dropped.
 *
 * @param logit [..., 1]
 * @returns [...], 0..1
 * @throws DUALSEG_SHAPE if there is more than one channel
 */
export function sigmoidProbs<R extends Tensor = tf.Tensor4D>(logit: Tensor): R {
  requireOneChannel('sigmoidProbs', 'logit', logit)
  return tf.tidy(() => tf.reshape(tf.sigmoid(logit), logit.shape.slice(0, -1)) as R)
}

/**
 * Class scores of which the background's is 0, from scores of the foreground's classes alone: `[0, z_1, ..., z_k]`. Of one class their softmax is its sigmoid.
 *
 * @param foregroundLogits [..., classes - 1]
 * @returns [..., classes]
 * @throws DUALSEG_SHAPE without a class axis
 */
export function besideBackground<R extends Tensor = tf.Tensor5D>(foregroundLogits: Tensor): R {
  const where = 'besideBackground'
  requireFloats(where, 'foregroundLogits', foregroundLogits)
  const { shape, rank } = foregroundLogits
  if (rank < 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: foregroundLogits ${shapeText(shape)} has no class axis; expected [..., classes - 1]`,
    )
  }
  return tf.tidy(() => tf.concat([tf.zeros([...shape.slice(0, -1), 1]), foregroundLogits], -1) as R)
}

/**
 * The most likely class of every voxel: `argmax_c s`. Ties go to the lower class, so equal scores are background; NaN is passed over.
 *
 * @param scores [..., classes]; logits or probabilities
 * @returns [...], int32; a constant, never part of a gradient
 * @throws DUALSEG_SHAPE without a class axis
 */
export function predictedLabels<R extends Tensor = tf.Tensor4D>(scores: Tensor): R {
  const classes = requireClasses('predictedLabels', 'scores', scores)
  return knownLabels(
    withoutGradient(() => tf.argMax(scores, -1) as R),
    classes - 1,
  )
}

/** Where labels name a class, bool. As whole numbers: a plain number would make floats of them first. */
export function isClass(labels: Tensor, label: number): Tensor {
  return tf.equal(tf.cast(labels, 'int32'), tf.scalar(label, 'int32'))
}

/**
 * The pseudo label of LUSEG: foreground where either network says so. Where both say so but of different classes, that of the network whose score is further above
 * its background's; the first on a tie.
 *
 * Source: Iqbal et al. 2023, released code (union of the two argmax maps, two classes).
 *
 * @param scoresA [..., classes]; logits or probabilities
 * @param scoresB the same shape
 * @returns [...], int32 0 ... classes - 1; a constant
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function unionForeground<R extends Tensor = tf.Tensor4D>(scoresA: Tensor, scoresB: Tensor): R {
  const where = 'unionForeground'
  const classes = requireSameClasses(where, 'scoresA', scoresA, 'scoresB', scoresB)
  const union = withoutGradient(() => {
    const [a, b] = [predictedLabels(scoresA), predictedLabels(scoresB)]
    if (classes === 2) return tf.maximum(a, b) as R
    const [isAbove, isOtherAbove] = [scoresA, scoresB].map((scores) => tf.sub(tf.max(scores, -1), foregroundProbs(scores, 0)))
    const isSurer = tf.greaterEqual(isAbove!, isOtherAbove!)
    return tf.where(isClass(a, 0), b, tf.where(tf.logicalOr(isClass(b, 0), isSurer), a, b)) as R
  })
  return knownLabels(union, classes - 1)
}
