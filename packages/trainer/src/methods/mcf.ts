/**
 * MCF: two different networks compete on the labelled half; the loser learns from the winner's sharpened output.
 *
 * Paper: Wang, Xiao, Bi, Li, Gao: MCF: Mutual correction framework for semi-supervised medical image segmentation, CVPR 2023.
 * Protocol: batches of 2 labelled + 2 unlabelled, the same crop for both networks. C classes, Dice over those of the foreground; n is V-Net or ResNet-34.
 *
 *   M = the two see different classes (labelled half),  E_n = sum M 0.5 sum_c (p_n,c - y_c)^2 / sum M;  of two classes (p_n - y)^2 of the foreground
 *   both minimise CE_n + Dice_n + 0.5 E_n on the labelled half
 *   the loser (higher Dice loss) besides w(it) mean (p_lose,u - sharpen(p_win,u, 0.1))^2, target without gradient,  w up to 0.1
 *   predict with the mean of both softmaxes
 *
 * Differs: nothing that we know of from the released code; the paper's text was not compared formula by formula.
 */
import { sharpenedConsistency } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { MCF_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, term } from './definition/method'
import { CONTEST_AUDIT, contest, MISTAKE_AUDIT, mistakeTerms, TWO_NETWORKS, winnerNumber } from './two-networks'

export const mcf = defineMethod({
  name: 'mcf',
  title: 'MCF',
  paper: 'Wang et al., CVPR 2023',
  networks: TWO_NETWORKS,
  step({ networks, batch, labelled, unlabelled, ramp }) {
    const logits = { vnet: networks.vnet(batch.image).logits, resnet: networks.resnet(batch.image).logits }
    const labelledContest = contest({ vnet: labelled(logits.vnet), resnet: labelled(logits.resnet) }, batch.labels)
    const { terms, winner, loser } = labelledContest
    const supervision = { ...terms, ...mistakeTerms(labelledContest, batch.labels) }
    if (batch.unlabelledCount === 0) return supervision
    const probsOf = (player: typeof winner) => tf.softmax(unlabelled(logits[player]))
    return {
      ...supervision,
      pseudo: term(sharpenedConsistency(probsOf(loser), probsOf(winner)), { weight: ramp(0.1), trains: [loser] }),
      winner: noted(winnerNumber(winner)),
    }
  },
  predictWith: ['vnet', 'resnet'],
  authors: MCF_FAMILY,
  audit: {
    ...CONTEST_AUDIT,
    ...MISTAKE_AUDIT,
    pseudo: { vnet: ['unlabelled'], resnet: ['unlabelled'] },
    winner: {},
  },
})
