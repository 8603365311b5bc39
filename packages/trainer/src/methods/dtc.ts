/**
 * DTC: one network solves two tasks, segmentation and signed distance, and their answers shall agree.
 *
 * Paper: Luo, Chen, Song, Wang: Semi-supervised medical image segmentation through dual-task consistency, AAAI 2021.
 * Protocol: batches of 2 labelled + 2 unlabelled.
 *
 *   sdm, logit = vnet(x),  s = sigmoid(logit),  m = sigmoid(-1500 sdm)
 *   minimise Dice(s_l, y) + 0.3 mean (sdm_l - sdf(y))^2 + w(it) mean (m - s)^2 over all samples, both sides live,  w up to 1
 *   predict with the logit head, sigmoid > 0.5
 *   Several classes have a distance map and a logit each, the background none: s = softmax([0, logit]), which for one class is its sigmoid; every mean is over
 *   the classes' maps too, and the most likely class is predicted.
 *
 * Differs:
 * 1. The cross entropy that the released script computes is not in its loss; it is only noted here too.
 * 2. The released test keeps the largest component by default; no method does so here.
 * 3. A crop that is all of one class has distance -1 everywhere, where the code has NaN.
 */
import { dualTaskConsistency } from '@dualseg/losses'
import { UA_MT_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { vnetTwoHead } from './definition/networks-of-a-method'
import { headSupervision, notedCrossEntropy } from './two-heads'

export const dtc = defineMethod({
  name: 'dtc',
  title: 'DTC',
  paper: 'Luo et al., AAAI 2021',
  differs: ['cross entropy is only noted, as in the released code', 'no largest component at test'],
  networks: { vnet: vnetTwoHead() },
  step({ networks: { vnet }, batch, labelled, ramp }) {
    const { sdm, logit } = vnet(batch.image)
    const ofLabelled = { sdm: labelled(sdm), logit: labelled(logit) }
    const supervision = headSupervision('vnet', ofLabelled, batch)
    if (batch.unlabelledCount === 0) return supervision
    return {
      ...supervision,
      consistency: term(dualTaskConsistency(sdm, logit), { weight: ramp(1), trains: ['vnet'] }),
      crossEntropy: notedCrossEntropy(ofLabelled, batch),
    }
  },
  predictWith: [{ network: 'vnet', output: 'logit' }],
  decide: 'threshold',
  authors: UA_MT_FAMILY,
  audit: {
    dice: { vnet: ['labelled'] },
    distance: { vnet: ['labelled'] },
    consistency: { vnet: ['labelled', 'unlabelled'] },
    crossEntropy: {},
  },
})
