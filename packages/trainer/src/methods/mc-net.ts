/**
 * MC-Net: two decoders on one encoder, each learning from the other's sharpened output.
 *
 * Paper: Wu, Xu, Ge, Cai, Zhang: Semi-supervised left atrium segmentation with mutual consistency training, MICCAI 2021.
 * Protocol: batches of 2 labelled + 2 unlabelled.
 *
 *   z1, z2 = mcnet(x),  p_k = softmax(z_k),  sharp(p) = p^10 / (p^10 + (1 - p)^10)
 *   minimise 0.5 sum_k Dice_linear(p_k,l, y) + w(it + 1) (mean (p1 - sharp(p2))^2 + mean (p2 - sharp(p1))^2) over all samples, both sides live,
 *   w up to 1; here alone the ramp's counter is that after the step
 *   predict with decoder 1, softmax > 0.5
 *
 * Differs:
 * 1. The released code tests the weights that were best on the test set; here the last ones, as for every method.
 * 2. The common protocol's number of iterations and rate replace 15,000 at a constant rate (`authors` restores them).
 */
import { crossEntropy, diceLossLinear, foregroundProbs, mutualConsistency, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MC_NET_AUTHORS } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, type StepContext, term } from './definition/method'
import { mcnet } from './definition/networks-of-a-method'

function ofDecoders(decoders: 2 | 3) {
  const networks = { mcnet: mcnet(decoders) }
  return {
    networks,
    step({ networks: { mcnet }, batch, labelled, ramp, iteration }: StepContext<typeof networks>) {
      const logits = mcnet(batch.image).decoders
      const probs = logits.map((one) => tf.softmax(one))
      const dices = probs.map((one) => diceLossLinear(foregroundProbs(labelled(one)), batch.labels))
      const entropies = withoutGradient(() => tf.addN(logits.map((one) => crossEntropy(labelled(one), batch.labels))))
      return {
        dice: term(tf.addN(dices), { weight: 0.5, trains: ['mcnet'] }),
        consistency: term(mutualConsistency(probs), { weight: ramp(1, iteration + 1), trains: ['mcnet'] }),
        crossEntropy: noted(entropies),
      }
    },
    predictWith: [{ network: 'mcnet', output: 'decoder1' as const }],
    decide: 'threshold' as const,
    authors: MC_NET_AUTHORS,
    audit: {
      dice: { mcnet: ['labelled' as const] },
      consistency: { mcnet: ['labelled' as const, 'unlabelled' as const] },
      crossEntropy: {},
    },
  }
}

export const mcNet = defineMethod({
  name: 'mc-net',
  title: 'MC-Net',
  paper: 'Wu et al., MICCAI 2021',
  differs: ['last weights instead of those that were best on the test set'],
  ...ofDecoders(2),
})

/** MC-Net+ (Wu et al., MedIA 2022): a third decoder, six ordered pairs, otherwise the same script. */
export const mcNetPlus = defineMethod({
  name: 'mc-net-plus',
  title: 'MC-Net+',
  paper: 'Wu et al., MedIA 2022',
  differs: ['last weights instead of those that were best on the test set'],
  ...ofDecoders(3),
})
