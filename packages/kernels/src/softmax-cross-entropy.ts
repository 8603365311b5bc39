import * as tf from '@tensorflow/tfjs-core'
import { asRows } from './batch-norm-composite'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectFloat, expectShape, shapeText } from './validate'

/** dlogits = (probs - one-hot(labels)) * dy / voxels, dy a scalar. */
export const softmaxCrossEntropyGrad = defineKernel<{ dy: tf.Scalar; probs: tf.Tensor; labels: tf.Tensor }, object, tf.Tensor>({
  name: 'DualSegSoftmaxCrossEntropyGrad',
  composite: ({ dy, probs, labels }) => {
    const rows = asRows(probs)
    const difference = tf.sub(rows, tf.oneHot(tf.reshape(labels, [-1]), rows.shape[1]))
    return tf.reshape(tf.mul(difference, tf.div(dy, rows.shape[0])), probs.shape)
  },
})

const runSoftmaxCrossEntropy = defineKernel<{ logits: tf.Tensor; labels: tf.Tensor }, object, [tf.Scalar, tf.Tensor]>({
  name: 'DualSegSoftmaxCrossEntropy',
  composite: ({ logits, labels }) => {
    const rows = asRows(logits)
    // From the largest logit downwards: nothing overflows.
    const shifted = tf.sub(rows, tf.max(rows, 1, true))
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true))
    const logProbs = tf.sub(shifted, logSum)
    const oneHot = tf.oneHot(tf.reshape(labels, [-1]), rows.shape[1], 1, 0, 'float32')
    // Chosen, not multiplied: 0 times the -infinity of an impossible class would be NaN.
    const picked: tf.Tensor1D = tf.sum(tf.where(tf.cast(oneHot, 'bool'), logProbs, oneHot), 1)
    const loss = tf.neg(tf.mean<tf.Scalar>(picked))
    return [loss, tf.reshape(tf.exp(logProbs), logits.shape)]
  },
  gradient: {
    inputsToSave: ['labels'],
    outputsToSave: [false, true],
    gradFunc: (dys, saved) => {
      const [dy, unusedDprobs] = dys as [tf.Scalar, tf.Tensor]
      // Only the loss leaves the typed function, so this is a map of zeros that tfjs has filled in.
      unusedDprobs.dispose()
      const [labels, probs] = saved as [tf.Tensor, tf.Tensor]
      return { logits: () => softmaxCrossEntropyGrad({ dy, probs, labels }, {}) }
    },
  },
})

/**
 * Cross entropy of a softmax, averaged over all voxels: `mean(-log softmax(logits)[label])`.
 *
 * @param logits [..., classes], before softmax; two classes or more
 * @param labels [...], int32, 0 to classes - 1 (not checked: that would wait for the device)
 * @returns scalar
 * @throws DUALSEG_SHAPE if there are fewer than two classes, or labels are not of the logits' shape without them
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const where = 'softmaxCrossEntropy'
  expectFloat(where, 'logits', logits)
  if (logits.rank < 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: logits ${shapeText(logits.shape)} have rank ${logits.rank}, expected [...,classes]`,
    )
  }
  const classes = logits.shape[logits.rank - 1]!
  if (classes < 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: logits ${shapeText(logits.shape)} have ${classes} class${classes === 1 ? '' : 'es'}, expected at least 2`,
    )
  }
  if (logits.size === 0) throw dualsegError('DUALSEG_SHAPE', `${where}: logits ${shapeText(logits.shape)} are empty`)
  expectShape(where, 'labels', labels, logits.shape.slice(0, -1), 'the shape of logits without the classes')
  if (labels.dtype !== 'int32') {
    throw dualsegError('DUALSEG_VALUE', `${where}: labels are ${labels.dtype}, expected int32; use tf.cast`)
  }
  const [loss, probs] = runSoftmaxCrossEntropy({ logits, labels }, {})
  probs.dispose()
  return loss
}
