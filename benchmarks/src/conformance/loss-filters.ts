import {
  drawCandidates,
  entropyMap,
  predictedLabels,
  RELEASED_FILTER,
  releasedPrototypeContrast,
  releasedPseudoLabelLoss,
  unionForeground,
  validMask,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { kitNumber } from './kit'
import type { LossGroup } from './loss-case'

/**
 * The unsupervised block of LUSEG's and DualNet's released code: filter, pseudo-label losses, contrastive value.
 *
 * @param probsA the student's softmax, live here; @param probsB the other's
 * @param certaintyA what the entropies are taken of; probabilities in LUSEG, raw logits in DualNet
 */
export function releasedBlock(
  [probsA, probsB]: [tf.Tensor, tf.Tensor],
  [certaintyA, certaintyB]: [tf.Tensor, tf.Tensor],
  features: tf.Tensor,
  percent: number,
) {
  const { mask, thresholds } = validMask(certaintyA, certaintyB, { ...RELEASED_FILTER, percentile: percent })
  // The union of the foregrounds of what the filter was given: argmax of logits and of probabilities agree.
  const pseudo = unionForeground(certaintyA, certaintyB)
  const lossA = releasedPseudoLabelLoss(probsA, pseudo, mask)
  const lossB = releasedPseudoLabelLoss(probsB, pseudo, mask)

  const target = tf.tensor(
    Array.from(pseudo.dataSync(), (label, i) => (mask.dataSync()[i] === 1 ? label : 2)),
    pseudo.shape,
    'int32',
  )
  const ignored = drawCandidates(mask, predictedLabels(probsA), { limit: mask.size })
  const foregroundCandidates = ignored[1]!.length
  const candidatesUsed = Math.floor(foregroundCandidates / 100)
  const contrast = releasedPrototypeContrast(
    features,
    target,
    ignored.map((voxels) => voxels.subarray(0, candidatesUsed)),
  )
  // Evaluated without gradient in the references, so only its number leaves this function.
  const conLoss = tf.addN([contrast.foreground, contrast.background, contrast.prototypes]).dataSync()[0]!
  const kept = tf.sum(mask).dataSync()[0]!
  return { lossA, lossB, thresholds, kept, weight: mask.size / kept, target, foregroundCandidates, candidatesUsed, conLoss }
}

export const filterGroups: Readonly<Record<string, LossGroup>> = {
  entropyPercentileMask(input, { options }) {
    const a = input('probsA')
    const b = input('probsB')
    const { lossA, lossB, thresholds, target, ...counts } = releasedBlock(
      [a, b],
      [a, b],
      input('features'),
      kitNumber(options?.percent),
    )
    return {
      value: tf.add(lossA, lossB),
      values: { lossA, lossB, thresholdA: thresholds[0], thresholdB: thresholds[1], ...counts },
      maps: { entropyA: entropyMap(a, { epsilon: 1e-10 }), entropyB: entropyMap(b, { epsilon: 1e-10 }), target },
      exact: ['target', 'kept', 'foregroundCandidates', 'candidatesUsed'],
    }
  },

  /** Everything is detached in the reference before it comes here, and the entropies are those of raw logits. */
  dualnetFilter(input, { options }) {
    const a = input('logitsA')
    const b = input('logitsB')
    const constant = (logits: tf.Tensor) => tf.tensor(tf.softmax(logits).dataSync(), logits.shape)
    const block = releasedBlock([constant(a), constant(b)], [a, b], input('features'), kitNumber(options?.percent))
    const entropies = Array.from(entropyMap(a, { epsilon: 1e-10 }).dataSync())
    return {
      value: tf.add(block.lossA, block.lossB),
      values: {
        lossA: block.lossA,
        lossB: block.lossB,
        conLoss: block.conLoss,
        thresholdA: block.thresholds[0],
        thresholdB: block.thresholds[1],
        nanEntropies: entropies.filter(Number.isNaN).length,
      },
      maps: { targetIfNothingIgnored: unionForeground(a, b) },
      exact: ['targetIfNothingIgnored', 'nanEntropies'],
    }
  },
}
