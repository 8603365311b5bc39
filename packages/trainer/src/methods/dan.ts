/**
 * DAN: a discriminator learns to tell segmentations of labelled volumes from those of unlabelled ones, and the network to make them alike.
 *
 * Paper: Zhang, Yang, Chen, Fredericksen, Hughes, Chen: Deep adversarial networks for biomedical image segmentation utilizing unannotated images, MICCAI 2017;
 * as SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes; D sees the C probabilities beside the image.
 *
 *   first player, the segmentation network:
 *     z = vnet(x),  p = softmax(z)
 *     minimise 0.5 CE(z_l, y) + 0.5 Dice(p_l, y) + w(it) CE(D(p_u, x_u), "labelled"),  w up to 0.1, D in evaluation mode
 *   second player, the discriminator D (Adam, 1e-4), with the network just changed, in evaluation mode and without gradient:
 *     minimise CE(D(p, x), [1 1 0 0])
 *   predict with the network
 *
 * Differs:
 * 1. V-Net, as the script's `--model vnet`; by default it trains a 3-D U-Net.
 * 2. The discriminator ends in a global mean and not in a 6x6x6 pool, which fits one patch size alone.
 * 3. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 200 (`authors` restores both).
 */
import { adversarialLoss, discriminatorLoss } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { SSL4MIS_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { discriminator, vnet } from './definition/networks-of-a-method'
import { supervision } from './supervision'

export const dan = defineMethod({
  name: 'dan',
  title: 'DAN',
  paper: 'Zhang et al., MICCAI 2017',
  differs: ['V-Net instead of a 3-D U-Net', 'global mean instead of a 6x6x6 pool in the discriminator'],
  networks: {
    vnet: vnet(),
    discriminator: discriminator({ learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }, { judges: 'probs' }),
  },
  phases: [
    {
      name: 'segment',
      optimises: ['vnet'],
      terms(context) {
        const { networks, batch, labelled, unlabelled, ramp } = context
        const { logits } = networks.vnet(batch.image)
        const supervised = supervision('vnet', [labelled(logits)], context)
        if (batch.unlabelledCount === 0) return supervised
        const judged = networks.discriminator(tf.softmax(unlabelled(logits)), {
          context: unlabelled(batch.image),
          training: false,
          samples: 'unlabelled',
        })
        return {
          ...supervised,
          adversarial: term(adversarialLoss(judged.logits), { weight: ramp(0.1), trains: ['vnet'] }),
        }
      },
    },
    {
      name: 'discriminate',
      optimises: ['discriminator'],
      terms({ networks, batch }) {
        const { logits } = networks.vnet(batch.image, { training: false, gradient: false })
        const judged = networks.discriminator(tf.softmax(logits), { context: batch.image })
        return { discriminator: term(discriminatorLoss(judged.logits, batch.labelledCount), { trains: ['discriminator'] }) }
      },
    },
  ],
  predictWith: ['vnet'],
  authors: SSL4MIS_FAMILY,
  twin: { common: 'ent-min', authors: 'ent-min' },
  audit: {
    ce: { vnet: ['labelled'] },
    dice: { vnet: ['labelled'] },
    adversarial: { vnet: ['unlabelled'] },
    discriminator: { discriminator: ['labelled', 'unlabelled'] },
  },
})
