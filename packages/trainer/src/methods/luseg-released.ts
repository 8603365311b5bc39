import { MCF_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted } from './definition/method'
import { releasedConstants } from './released-constants'
import { CONFIDENCE, CONTEST_AUDIT, contest, MISTAKE_AUDIT, mistakeTerms, TWO_NETWORKS, winnerNumber } from './two-networks'

export const lusegReleased = defineMethod({
  name: 'luseg-released',
  title: 'LUSEG (released code)',
  paper: 'Iqbal et al., 2023, as released',
  differs: ['pseudo-label and contrastive losses are constants in the released code; noted, not optimised'],
  networks: TWO_NETWORKS,
  step({ networks, batch, labelled, unlabelled, draws }) {
    const vnet = networks.vnet(batch.image)
    const resnet = networks.resnet(batch.image)
    const labelledContest = contest({ vnet: labelled(vnet.logits), resnet: labelled(resnet.logits) }, batch.labels)
    const { terms, winner, loser } = labelledContest
    const supervision = { ...terms, ...mistakeTerms(labelledContest, batch.labels, { confidence: CONFIDENCE }) }
    if (batch.unlabelledCount === 0) return supervision
    return {
      ...supervision,
      ...releasedConstants({
        logits: { vnet: unlabelled(vnet.logits), resnet: unlabelled(resnet.logits) },
        features: { vnet: unlabelled(vnet.features), resnet: unlabelled(resnet.features) },
        filterOn: 'probs',
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
    'vnet.pseudo': {},
    'resnet.pseudo': {},
    contrast: {},
    winner: {},
  },
})
