/**
 * DualNet as its released code optimises it.
 *
 * Paper: Semi-Supervised Medical Image Segmentation via Dual Networks; code of AIPMLab/Semi-supervised-Segmentation.
 * Protocol: batches of 2 labelled + 2 unlabelled. v is V-Net, r ResNet-34; p softmax of z.
 *
 *   both: CE_n + Dice_n + 0.5 E_n on the labelled half,  E_n where they see different classes, MCF's; one of the foreground counts from 0.6 on
 *   both: L_reg = mean (1 - cos(p_v, p_r)) over all samples
 *   r:    L_unc = mean (exp(-K) CE(z_r, argmax z_v)) + mean K,  K = KL(p_v || p_r), all samples, v without gradient
 *   weights 1 from the first iteration on; predict with the mean of both softmaxes
 *
 * The released pseudo-label and contrastive losses are constants (detached tensors, no gradient); their values are noted. The
 * contrastive one is NaN in every iteration, because the entropy filter is fed logits; it is logged as null.
 *
 * Differs:
 * 1. The features behind the noted contrastive value are taken before the last dropout, not after it.
 */
import { cosineConsistency, rectifiedPseudoLabelLoss } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MCF_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, term } from './definition/method'
import { releasedConstants } from './released-constants'
import { CONFIDENCE, CONTEST_AUDIT, contest, MISTAKE_AUDIT, mistakeTerms, TWO_NETWORKS, winnerNumber } from './two-networks'

export const dualnetReleased = defineMethod({
  name: 'dualnet-released',
  title: 'DualNet (released code)',
  paper: 'DualNet, as released',
  differs: ['pseudo-label and contrastive losses are constants in the released code; noted, not optimised'],
  networks: TWO_NETWORKS,
  step({ networks, batch, labelled, unlabelled, draws }) {
    const vnet = networks.vnet(batch.image)
    const resnet = networks.resnet(batch.image)
    const labelledContest = contest({ vnet: labelled(vnet.logits), resnet: labelled(resnet.logits) }, batch.labels)
    const { terms, winner, loser } = labelledContest
    const supervision = { ...terms, ...mistakeTerms(labelledContest, batch.labels, { confidence: CONFIDENCE }) }
    if (batch.unlabelledCount === 0) return supervision
    const cosine = cosineConsistency(tf.softmax(vnet.logits), tf.softmax(resnet.logits))
    return {
      ...supervision,
      uncertainty: term(rectifiedPseudoLabelLoss(resnet.logits, vnet.logits), { trains: ['resnet'] }),
      regularisation: term(cosine, { trains: ['vnet', 'resnet'] }),
      ...releasedConstants({
        logits: { vnet: unlabelled(vnet.logits), resnet: unlabelled(resnet.logits) },
        features: { vnet: unlabelled(vnet.features), resnet: unlabelled(resnet.features) },
        filterOn: 'logits',
        loser,
        draws,
      }),
      winner: noted(winnerNumber(winner)),
    }
  },
  predictWith: ['vnet', 'resnet'],
  authors: MCF_FAMILY,
  twin: { common: 'luseg', authors: 'luseg' },
  audit: {
    ...CONTEST_AUDIT,
    ...MISTAKE_AUDIT,
    uncertainty: { resnet: ['labelled', 'unlabelled'] },
    regularisation: { vnet: ['labelled', 'unlabelled'], resnet: ['labelled', 'unlabelled'] },
    'vnet.pseudo': {},
    'resnet.pseudo': {},
    contrast: {},
    winner: {},
  },
})
