import { dualsegError, found } from '@dualseg/kernels'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from './cross-entropy'
import { knownLabels } from './requirements/known-values'
import { requireRank, requireTwoClasses, shapeText } from './requirements/tensors'

/**
 * What the segmentation network wants of the discriminator: that it takes unlabelled maps for labelled ones, `CE(D(sdm, image), 1)`.
 *
 * Source: Li et al. 2020 (SASSNet); SSL4MIS' adversarial script.
 *
 * @param discriminatorLogits [unlabelled samples, 2]
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE unless there are two classes
 */
export function adversarialLoss(discriminatorLogits: Tensor2D): Scalar {
  requireJudgements('adversarialLoss', discriminatorLogits)
  return againstLabelled(discriminatorLogits, discriminatorLogits.shape[0])
}

/**
 * What the discriminator learns: labelled maps are 1, unlabelled ones 0, mean cross-entropy over all samples.
 *
 * Source: Li et al. 2020 (SASSNet).
 *
 * @param discriminatorLogits [samples, 2], labelled samples first
 * @param labelledCount how many of them are labelled
 * @returns scalar, 0 or more
 * @throws DUALSEG_SHAPE unless there are two classes, DUALSEG_VALUE for a count outside the batch
 */
export function discriminatorLoss(discriminatorLogits: Tensor2D, labelledCount: number): Scalar {
  const where = 'discriminatorLoss'
  requireJudgements(where, discriminatorLogits)
  const samples = discriminatorLogits.shape[0]
  if (!Number.isInteger(labelledCount) || labelledCount < 0 || labelledCount > samples) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: labelledCount is ${found(labelledCount)}; expected a whole number from 0 to ${samples}, discriminatorLogits ${shapeText(discriminatorLogits.shape)} hold ${samples} samples`,
    )
  }
  return againstLabelled(discriminatorLogits, labelledCount)
}

function requireJudgements(where: string, discriminatorLogits: Tensor2D): void {
  requireTwoClasses(where, 'discriminatorLogits', discriminatorLogits)
  requireRank(where, 'discriminatorLogits', discriminatorLogits, 2, '[samples, 2]')
}

function againstLabelled(discriminatorLogits: Tensor2D, labelledCount: number): Scalar {
  const isLabelled = Array.from({ length: discriminatorLogits.shape[0] }, (_, i) => (i < labelledCount ? 1 : 0))
  return tf.tidy(() => crossEntropy(discriminatorLogits, knownLabels(tf.tensor1d(isLabelled, 'int32'), 1)))
}
