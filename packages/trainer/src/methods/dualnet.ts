/**
 * DualNet as its paper means it: V-Net and ResNet-34 side by side, whichever is ahead teaches the other.
 *
 * Paper: Semi-Supervised Medical Image Segmentation via Dual Networks.
 * Protocol: batches of 2 labelled + 2 unlabelled. T is the network with the lower labelled Dice loss in this iteration, S the other;
 * p softmax of z, u the unlabelled half, F the L2-normalised stage-9 map, sg stop-gradient; C classes, Dice over those of the foreground.
 *
 *   L_s,n = CE_n + Dice_n on the labelled half                                                        (Eq. 2)
 *   valid = entropy(p_T) <= its 80th percentile and entropy(p_S) <= its own                           (Eq. 3)
 *   L_u   = mean over valid voxels of CE(z_S, argmax p_T), u                                          (Eq. 4)
 *   L_reg = mean (1 - cos(p_S, p_T)), all samples, both networks                                      (Eq. 5, 6)
 *   L_unc = mean (exp(-K) CE(z_S, argmax p_T)) + mean K,  K = KL(sg softmax(z_T / 0.5) || p_S), u     (Eq. 7 to 9)
 *   L_c   = 2/C sum_c mean |F_S - sg P_c| over uncertain voxels of c + mean over pairs (2 - |P_c - P_d|), u   (Eq. 10, 11, where C is 2)
 *   rho   = exp(-5 (1 - t/T)^2)
 *   S minimises L_s,S + rho (L_u + L_unc) + L_reg + 0.1 rho L_c,  T minimises L_s,T + L_reg
 *   predict with the mean of both softmaxes
 *
 * Switches: uncertainty (L_unc), regularisation (L_reg): the rows of the paper's Table 3; pseudo (L_u), contrast (L_c): our own study.
 *
 * Differs:
 * 1. The paper's text leaves gaps; what stands here is our reading. The released code optimises something else (`dualnet-released`).
 * 2. No mistake term: the text has none, the code adds 0.5 E.
 * 3. L_u and L_unc are ramped up like the contrastive term; without a ramp pseudo labels of untrained networks did lasting harm when
 *    measured (three axes reduced by 3, 200 iterations, two seeds: mean Dice 0.58 and 0.61 without, 0.77 and 0.75 with).
 * 4. Prototypes are pushed apart by a bounded term, where the code's plus sign would draw them together.
 * 5. Features are taken before the last dropout, else zeroed channels enter the prototypes; at most 4,096 uncertain voxels a class.
 */
import {
  cosineConsistency,
  DUALNET_FILTER,
  drawCandidates,
  maskedCrossEntropy,
  predictedLabels,
  prototypeContrast,
  rectifiedPseudoLabelLoss,
  sigmoidRamp,
  validMask,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MCF_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, type Terms, term } from './definition/method'
import { CONTEST_AUDIT, contest, type Player, TWO_NETWORKS, winnerNumber } from './two-networks'

const TEMPERATURE = 0.5
const UNCERTAIN_VOXELS = 4096

export const dualnet = defineMethod({
  name: 'dualnet',
  title: 'DualNet',
  paper: 'Semi-Supervised Medical Image Segmentation via Dual Networks',
  differs: [
    'our reading of the text; the released code optimises something else (dualnet-released)',
    'no mistake term',
    'pseudo-label and uncertainty losses are ramped up',
    'prototypes are pushed apart by a bounded term',
    'features before the last dropout, at most 4,096 uncertain voxels a class',
  ],
  networks: TWO_NETWORKS,
  switches: {
    uncertainty: 'L_unc, the uncertainty-rectified pseudo supervision',
    regularisation: 'L_reg, the cosine consistency',
    pseudo: 'L_u, the pseudo-label loss over certain voxels',
    contrast: 'L_c, the contrast of uncertain voxels with class prototypes',
  },
  step({ networks, batch, labelled, unlabelled, draws, has, iteration, iterations }) {
    const outputs = { vnet: networks.vnet(batch.image), resnet: networks.resnet(batch.image) }
    const labelledLogits = { vnet: labelled(outputs.vnet.logits), resnet: labelled(outputs.resnet.logits) }
    const { terms, winner: teacher, loser: student } = contest(labelledLogits, batch.labels)
    if (batch.unlabelledCount === 0) return terms
    const rho = sigmoidRamp(iteration, iterations)
    const trains = [student]
    const unsupervised: Record<string, Terms<Player>[string]> = {}

    const probs = { vnet: tf.softmax(outputs.vnet.logits), resnet: tf.softmax(outputs.resnet.logits) }
    if (has('regularisation')) {
      unsupervised.regularisation = term(cosineConsistency(probs[student], probs[teacher]), { trains: ['vnet', 'resnet'] })
    }
    const zStudent = unlabelled(outputs[student].logits)
    const zTeacher = unlabelled(outputs[teacher].logits)
    if (has('uncertainty')) {
      const uncertainty = rectifiedPseudoLabelLoss(zStudent, zTeacher, { temperature: TEMPERATURE })
      unsupervised.uncertainty = term(uncertainty, { weight: rho, trains })
    }
    if (has('pseudo') || has('contrast')) {
      const target = predictedLabels(zTeacher)
      const { mask: valid } = validMask(unlabelled(probs[teacher]), unlabelled(probs[student]), DUALNET_FILTER)
      unsupervised.validShare = noted(tf.mean<tf.Scalar>(valid))
      if (has('pseudo')) unsupervised.pseudo = term(maskedCrossEntropy(zStudent, target, valid), { weight: rho, trains })
      if (has('contrast')) {
        const random = draws.stream('contrast', 0)
        const uncertain = drawCandidates(valid, predictedLabels(zStudent), {
          limit: UNCERTAIN_VOXELS,
          classes: zStudent.shape[4],
          random,
        })
        const contrast = prototypeContrast(unlabelled(outputs[student].features), target, valid, uncertain)
        unsupervised.contrast = term(contrast, { weight: 0.1 * rho, trains })
      }
    }
    return { ...terms, ...unsupervised, winner: noted(winnerNumber(teacher)) }
  },
  predictWith: ['vnet', 'resnet'],
  authors: MCF_FAMILY,
  audit: {
    ...CONTEST_AUDIT,
    regularisation: { vnet: ['labelled', 'unlabelled'], resnet: ['labelled', 'unlabelled'] },
    uncertainty: { vnet: ['unlabelled'], resnet: ['unlabelled'] },
    pseudo: { vnet: ['unlabelled'], resnet: ['unlabelled'] },
    contrast: { vnet: ['unlabelled'], resnet: ['unlabelled'] },
    validShare: {},
    winner: {},
  },
})
