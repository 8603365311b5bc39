import {
  drawCandidates,
  predictedLabels,
  RELEASED_FILTER,
  releasedPrototypeContrast,
  releasedPseudoLabelLoss,
  unionForeground,
  validMask,
  withoutGradient,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { type Draws, noted, type Terms } from './definition/method'
import type { Player } from './two-networks'

/** One candidate voxel in so many foreground ones is compared with the prototypes. */
const CANDIDATE_SHARE = 100

export interface ReleasedConstantsInput {
  /** Class scores of the unlabelled half. */
  readonly logits: Readonly<Record<Player, tf.Tensor5D>>
  /** Stage-9 maps of the unlabelled half. */
  readonly features: Readonly<Record<Player, tf.Tensor5D>>
  /** What the scripts hand to their entropy filter: LUSEG probabilities, DualNet logits by mistake. */
  readonly filterOn: 'probs' | 'logits'
  readonly loser: Player
  readonly draws: Draws
}

/**
 * The pseudo-label and contrastive losses of LUSEG's and DualNet's released code. Both are computed there on detached tensors or
 * without gradient, so they add a constant to the loss: they are noted and train nothing. Of C classes the label of ignored voxels is C, as it is 2 in that code of two.
 */
export function releasedConstants({ logits, features, filterOn, loser, draws }: ReleasedConstantsInput): Terms<never> {
  const winner: Player = loser === 'vnet' ? 'resnet' : 'vnet'
  const classes = logits.vnet.shape[4]
  const values = withoutGradient(() => {
    const probs = { vnet: tf.softmax(logits.vnet), resnet: tf.softmax(logits.resnet) }
    const filtered = filterOn === 'probs' ? probs : logits
    const { mask } = validMask(filtered[loser], filtered[winner], RELEASED_FILTER)
    const target = unionForeground(probs.vnet, probs.resnet)
    return {
      'vnet.pseudo': releasedPseudoLabelLoss(probs.vnet, target, mask),
      'resnet.pseudo': releasedPseudoLabelLoss(probs.resnet, target, mask),
      contrast: contrastOf(features[loser], target, mask, predictedLabels(probs[loser]), classes, draws),
    }
  })
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, noted(value)]))
}

/** d(foreground candidates, P_f) + d(background candidates, P_b) + d(P_f, P_b), as released; NaN where a class has no candidate. */
function contrastOf(
  features: tf.Tensor5D,
  target: tf.Tensor4D,
  mask: tf.Tensor4D,
  labels: tf.Tensor4D,
  classes: number,
  draws: Draws,
): tf.Scalar {
  const isIgnored = tf.sub(1, mask)
  const ignoredForeground = tf.sum(tf.mul(isIgnored, tf.cast(tf.greater(labels, 0), 'float32'))).dataSync()[0]!
  const limit = Math.floor(ignoredForeground / CANDIDATE_SHARE)
  const candidates = drawCandidates(mask, labels, { limit, classes, random: draws.stream('contrast', 0) })
  const trusted = tf.where(tf.greater(mask, 0), target, tf.fill(target.shape, classes, 'int32'))
  const { foreground, background, prototypes } = releasedPrototypeContrast(features, trusted, candidates)
  return tf.addN([foreground, background, prototypes])
}
