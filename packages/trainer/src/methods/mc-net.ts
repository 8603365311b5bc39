/**
 * MC-Net, and MC-Net+: two or three decoders on one encoder, each learning from the others' sharpened output.
 *
 * Papers: Wu, Xu, Ge, Cai, Zhang: Semi-supervised left atrium segmentation with mutual consistency training, MICCAI 2021 (two decoders); Wu, Ge, Zhang, Xu,
 * Zhang, Xia, Cai: Mutual consistency learning for semi-supervised medical image segmentation, MedIA 2022 (three).
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes.
 *
 *   z_k = decoder k of mcnet(x),  p_k = softmax(z_k),  sharp(p)_c = p_c^10 / sum_j p_j^10
 *   minimise 0.5 sum_k Dice_linear(p_k,l, y) + w(it + 1) sum over pairs i != j of mean (p_i - sharp(p_j))^2 over all samples, both sides live,
 *   w up to 1; here alone the ramp's counter is that after the step
 *   predict with decoder 1, softmax > 0.5
 *
 * Differs:
 * 1. The released code tests the weights that were best on the test set; here the last ones, as for every method.
 * 2. The common protocol's number of iterations and rate replace 15,000 at a constant rate (`authors` restores them).
 * 3. For more than two classes Dice is the mean over the foreground ones, where the code has that of class 1, and sharpening runs over the classes together, where
 *    the code sharpens each against its complement: then they add up to 1 no longer. For two classes both are the same.
 */
import { crossEntropy, diceLossOverClasses, mutualConsistency, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MC_NET_AUTHORS } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, type StepContext, type Terms, term } from './definition/method'
import { mcnet } from './definition/networks-of-a-method'

const TEMPERATURE = 0.1

/** For two classes as released, so that a run's bits stay what they were. */
function sharpeningOf({ shape }: tf.Tensor): 'elementwise' | 'classes' {
  return shape.at(-1) === 2 ? 'elementwise' : 'classes'
}

function ofDecoders(decoders: 2 | 3) {
  const networks = { mcnet: mcnet(decoders) }
  return {
    networks,
    step({ networks: { mcnet }, batch, labelled, ramp, iteration }: StepContext<typeof networks>): Terms<'mcnet'> {
      const logits = mcnet(batch.image).decoders
      const probs = logits.map((one) => tf.softmax(one))
      const dices = probs.map((one) =>
        diceLossOverClasses(labelled(one), batch.labels, { background: false, denominator: 'sums' }),
      )
      const dice = term(tf.addN(dices), { weight: 0.5, trains: ['mcnet'] })
      if (batch.unlabelledCount === 0) return { dice }
      const entropies = withoutGradient(() => tf.addN(logits.map((one) => crossEntropy(labelled(one), batch.labels))))
      return {
        dice,
        consistency: term(mutualConsistency(probs, TEMPERATURE, { sharpening: sharpeningOf(probs[0]!) }), {
          weight: ramp(1, iteration + 1),
          trains: ['mcnet'],
        }),
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

export const mcNetPlus = defineMethod({
  name: 'mc-net-plus',
  title: 'MC-Net+',
  paper: 'Wu et al., MedIA 2022',
  differs: ['last weights instead of those that were best on the test set'],
  ...ofDecoders(3),
})
