/**
 * LUSEG as its paper means it: pseudo labels from both networks, trusted by entropy, and contrast against class prototypes.
 *
 * Paper: Iqbal, Khan, Karimijafarbigloo, et al.: Leveraging unlabeled data for 3D medical image segmentation through self-supervised
 * contrastive learning, 2023.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes, Dice over those of the foreground; n is V-Net or ResNet-34, u the unlabelled half, F the stage-9 map.
 *
 *   S_n = CE_n + Dice_n + 0.5 E_n on the labelled half,  E_n where they see different classes, MCF's; one of the foreground counts from 0.6 on
 *   target = foreground where either sees it, of two different classes that which is further above its background (u),  valid = the entropy of either is at most its own 80th percentile
 *   L_u,n = mean over valid voxels of CE(z_n, target)
 *   L_c = 2/C sum over the classes of the mean distance of uncertain voxels' F from their class's prototype
 *         + mean over pairs of classes of (2 - distance of the prototypes), F of the loser
 *   minimise S_n + rho L_u,n for both, the loser besides + w(it) L_c;  rho = exp(-5 (1 - t/T)^2),  w up to 0.1
 *   predict with the mean of both softmaxes
 *
 * Differs:
 * 1. In the released code L_u and L_c have no gradient (`luseg-released`); here they train the networks, as the paper says.
 * 2. The percentile is the 80th with high entropy ignored, where the code keeps the lowest 20 % of either network.
 * 3. L_u is ramped up: pseudo labels of untrained networks did lasting harm when measured.
 * 4. The prototypes are pushed apart, where the code's plus sign would draw them together; features are taken before the last dropout.
 * 5. At most 4,096 uncertain voxels a class are drawn, where the code takes a hundredth of the foreground ones for either class.
 */
import {
  drawCandidates,
  LUSEG_FILTER,
  maskedCrossEntropy,
  predictedLabels,
  prototypeContrast,
  sigmoidRamp,
  unionForeground,
  validMask,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MCF_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, type Terms, term } from './definition/method'
import {
  CONFIDENCE,
  CONTEST_AUDIT,
  contest,
  MISTAKE_AUDIT,
  mistakeTerms,
  PLAYERS,
  type Player,
  TWO_NETWORKS,
  winnerNumber,
} from './two-networks'

export const luseg = defineMethod({
  name: 'luseg',
  title: 'LUSEG',
  paper: 'Iqbal et al., 2023',
  differs: [
    'pseudo-label and contrastive losses have a gradient (in the released code they have none)',
    'voxels above the 80th entropy percentile are ignored',
    'the pseudo-label loss is ramped up',
    'prototypes are pushed apart',
    'at most 4,096 uncertain voxels a class',
  ],
  networks: TWO_NETWORKS,
  switches: {
    pseudo: 'L_u, the pseudo-label loss of both networks',
    contrast: 'L_c, the contrast of uncertain voxels with class prototypes',
  },
  step({ networks, batch, labelled, unlabelled, ramp, draws, has, iteration, iterations }) {
    const outputs = { vnet: networks.vnet(batch.image), resnet: networks.resnet(batch.image) }
    const labelledLogits = { vnet: labelled(outputs.vnet.logits), resnet: labelled(outputs.resnet.logits) }
    const labelledContest = contest(labelledLogits, batch.labels)
    const { terms, winner, loser } = labelledContest
    const supervision = { ...terms, ...mistakeTerms(labelledContest, batch.labels, { confidence: CONFIDENCE }) }
    if (batch.unlabelledCount === 0) return supervision

    const z = { vnet: unlabelled(outputs.vnet.logits), resnet: unlabelled(outputs.resnet.logits) }
    const target = unionForeground(z.vnet, z.resnet)
    const { mask: valid } = validMask(tf.softmax(z.vnet), tf.softmax(z.resnet), LUSEG_FILTER)
    const rho = sigmoidRamp(iteration, iterations)
    const unsupervised: Record<string, Terms<Player>[string]> = {}
    if (has('pseudo')) {
      for (const player of PLAYERS) {
        const pseudo = maskedCrossEntropy(z[player], target, valid)
        unsupervised[`${player}.pseudo`] = term(pseudo, { weight: rho, trains: [player] })
      }
    }
    if (has('contrast')) {
      const uncertain = drawCandidates(valid, predictedLabels(z[loser]), {
        classes: z[loser].shape[4],
        random: draws.stream('contrast', 0),
      })
      const contrast = prototypeContrast(unlabelled(outputs[loser].features), target, valid, uncertain)
      unsupervised.contrast = term(contrast, { weight: ramp(0.1), trains: [loser] })
    }
    return {
      ...supervision,
      ...unsupervised,
      winner: noted(winnerNumber(winner)),
      validShare: noted(tf.mean<tf.Scalar>(valid)),
    }
  },
  predictWith: ['vnet', 'resnet'],
  authors: MCF_FAMILY,
  audit: {
    ...CONTEST_AUDIT,
    ...MISTAKE_AUDIT,
    'vnet.pseudo': { vnet: ['unlabelled'] },
    'resnet.pseudo': { resnet: ['unlabelled'] },
    contrast: { vnet: ['unlabelled'], resnet: ['unlabelled'] },
    winner: {},
    validShare: {},
  },
})
