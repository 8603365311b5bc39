import {
  besideBackground,
  binaryCrossEntropy,
  crossEntropy,
  diceLoss,
  diceLossOverClasses,
  sigmoidProbs,
  signedDistanceLoss,
  withoutGradient,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { noted, type Term, type TrainingBatch, term } from './definition/method'
import { distanceTargets } from './distance-targets'

/** What SASSNet's and DTC's networks say: a signed distance map and a score of every class but the background, [batch, x, y, z, classes - 1]. */
export interface TwoHeads {
  readonly sdm: tf.Tensor5D
  readonly logit: tf.Tensor5D
}

/**
 * `Dice + 0.3 mean (sdm - sdf(y))²` of the labelled half. One class is scored by a sigmoid, several by the softmax of their scores beside a background of 0, which for
 * one is the same; Dice and the distances are means over the classes.
 */
export function headSupervision<const N extends string>(
  network: N,
  { sdm, logit }: TwoHeads,
  batch: TrainingBatch,
): Record<'dice' | 'distance', Term<N>> {
  const trains = [network]
  const dice = isOfOneClass(logit)
    ? diceLoss(sigmoidProbs(logit), batch.labels)
    : diceLossOverClasses(tf.softmax(besideBackground(logit)), batch.labels, { background: false })
  return {
    dice: term(dice, { trains }),
    distance: term(signedDistanceLoss(sdm, distanceTargets(batch, sdm.shape[4])), { weight: 0.3, trains }),
  }
}

/** The cross entropy that both released scripts compute and do not optimise. */
export function notedCrossEntropy({ logit }: TwoHeads, { labels }: TrainingBatch): Term<never> {
  return noted(
    withoutGradient(() =>
      isOfOneClass(logit) ? binaryCrossEntropy(logit, labels) : crossEntropy(besideBackground(logit), labels),
    ),
  )
}

function isOfOneClass({ shape }: tf.Tensor5D): boolean {
  return shape[4] === 1
}
