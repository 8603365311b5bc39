import { knownMask, maskedCrossEntropy, maskedDiceLoss } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { type Term, term } from './definition/method'

/** Dice, sample by sample and class by class, and CE of the voxels of a mask. */
export function taught(logits: tf.Tensor5D, labels: tf.Tensor4D, mask: tf.Tensor4D): tf.Scalar {
  return tf.add(maskedDiceLoss(tf.softmax(logits), labels, mask), maskedCrossEntropy(logits, labels, mask))
}

/** Half of each for all voxels: how BCP and SDCL pre-train on labelled volumes pasted into each other. */
export function pastedSupervision<const N extends string>(
  network: N,
  logits: tf.Tensor5D,
  labels: tf.Tensor4D,
): Record<'ce' | 'dice', Term<N>> {
  const everywhere = knownMask(tf.onesLike(labels))
  const trains = [network]
  return {
    ce: term(maskedCrossEntropy(logits, labels, everywhere), { weight: 0.5, trains }),
    dice: term(maskedDiceLoss(tf.softmax(logits), labels, everywhere), { weight: 0.5, trains }),
  }
}
