/**
 * LUSEG as its released code optimises it: two networks side by side, each on the labelled half alone.
 *
 * Paper: Iqbal, Khan, Karimijafarbigloo, et al.: Leveraging unlabeled data for 3D medical image segmentation through self-supervised
 * contrastive learning, 2023.
 * Protocol: batches of 2 labelled + 2 unlabelled, which reach the networks through batch normalisation only. n is V-Net or ResNet-34.
 *
 *   M = exactly one of the two sees foreground with a probability of at least 0.6,  E_n = sum M (p_n - y)^2 / sum M
 *   minimise CE_n + Dice_n + 0.5 E_n on the labelled half
 *   predict with the mean of both softmaxes
 *
 * The released pseudo-label loss and contrastive loss are constants (computed on detached tensors); their values are noted.
 *
 * Differs:
 * 1. The features behind the noted contrastive value are taken before the last dropout, not after it.
 */
import { disagreementMask, mistakeLoss } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { defineMethod } from '../define-method'
import { noted, term } from '../method'
import { MCF_FAMILY } from './authors'
import { releasedConstants } from './released-constants'
import { CONFIDENCE, CONTEST_AUDIT, contest, TWO_NETWORKS, winnerNumber } from './two-networks'

export const lusegReleased = defineMethod({
  name: 'luseg-released',
  title: 'LUSEG (released code)',
  paper: 'Iqbal et al., 2023, as released',
  differs: ['pseudo-label and contrastive losses are constants in the released code; noted, not optimised'],
  networks: TWO_NETWORKS,
  step({ networks, batch, labelled, unlabelled, draws }) {
    const vnet = networks.vnet(batch.image)
    const resnet = networks.resnet(batch.image)
    const { terms, probs, winner, loser } = contest(
      { vnet: labelled(vnet.logits), resnet: labelled(resnet.logits) },
      batch.labels,
    )
    const mistakes = disagreementMask(probs.vnet, probs.resnet, { confidence: CONFIDENCE })
    return {
      ...terms,
      'vnet.mistake': term(mistakeLoss(probs.vnet, batch.labels, mistakes), { weight: 0.5, trains: ['vnet'] }),
      'resnet.mistake': term(mistakeLoss(probs.resnet, batch.labels, mistakes), { weight: 0.5, trains: ['resnet'] }),
      ...releasedConstants({
        logits: { vnet: unlabelled(vnet.logits), resnet: unlabelled(resnet.logits) },
        features: { vnet: unlabelled(vnet.features), resnet: unlabelled(resnet.features) },
        filterOn: 'probs',
        loser,
        draws,
      }),
      winner: noted(winnerNumber(winner)),
      mistakes: noted(tf.sum<tf.Scalar>(mistakes)),
    }
  },
  predictWith: ['vnet', 'resnet'],
  authors: MCF_FAMILY,
  audit: {
    ...CONTEST_AUDIT,
    'vnet.mistake': { vnet: ['labelled'] },
    'resnet.mistake': { resnet: ['labelled'] },
    'vnet.pseudo': {},
    'resnet.pseudo': {},
    contrast: {},
    winner: {},
    mistakes: {},
  },
})
