/**
 * Entropy minimisation: whatever the network says, it shall be sure of it.
 *
 * Paper: Vu, Jain, Bucher, Cord, Perez: ADVENT, CVPR 2019; on volumes as SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes.
 *
 *   z = vnet(x),  p = softmax(z)
 *   minimise 0.5 CE(z_l, y) + 0.5 Dice(p_l, y) + w(it) mean (-sum_c p ln(p + 1e-6)) / ln C over all samples,  w up to 0.1
 *   predict with the network
 *
 * Differs:
 * 1. V-Net, as the script's `--model vnet`; by default it trains a 3-D U-Net.
 * 2. Entropy is divided by ln C where the script has ln 2 whatever the number of classes.
 * 3. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 200 (`authors` restores both).
 */
import { entropyMinimisation } from '@dualseg/losses'
import { SSL4MIS_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { vnet } from './definition/networks-of-a-method'
import { supervision } from './supervision'

export const entMin = defineMethod({
  name: 'ent-min',
  title: 'EntMin',
  paper: 'Vu et al., CVPR 2019',
  differs: ['V-Net instead of a 3-D U-Net', 'entropy in units of ln C for any number of classes C'],
  networks: { vnet: vnet() },
  step(context) {
    const { networks, batch, labelled, ramp } = context
    const { logits } = networks.vnet(batch.image)
    const supervised = supervision('vnet', [labelled(logits)], context)
    if (batch.unlabelledCount === 0) return supervised
    return {
      ...supervised,
      entropy: term(entropyMinimisation(logits), { weight: ramp(0.1), trains: ['vnet'] }),
    }
  },
  predictWith: ['vnet'],
  authors: SSL4MIS_FAMILY,
  audit: {
    ce: { vnet: ['labelled'] },
    dice: { vnet: ['labelled'] },
    entropy: { vnet: ['labelled', 'unlabelled'] },
  },
})
