/**
 * Cross pseudo supervision: two networks that started differently, each learns the other's hard labels.
 *
 * Paper: Chen, Yuan, Zeng, Wang: Semi-supervised semantic segmentation with cross pseudo supervision, CVPR 2021; on volumes as SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled, the same crops for both networks. C classes; k is 1 or 2, j the other.
 *
 *   z_k = net_k(x),  p_k = softmax(z_k)
 *   net_k minimises 0.5 CE(z_k,l, y) + 0.5 Dice(p_k,l, y) + w(it) CE(z_k,u, argmax sg z_j,u),  w up to 0.1
 *   net1 starts Kaiming-normal, net2 Xavier-normal; predict with net1
 *
 * Differs:
 * 1. V-Nets, as the script's `--model vnet`; by default it trains 3-D U-Nets.
 * 2. The script keeps both networks and leaves to the user which is tested; here net1.
 * 3. The transposed convolutions of net1 start Kaiming-normal too; the script leaves them at PyTorch's default in both networks.
 * 4. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 200 (`authors` restores both).
 */
import { crossPseudoSupervision } from '@dualseg/losses'
import { SSL4MIS_PAIR } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { TWO_VNETS, TWO_VNETS_AUDIT, twoVnets } from './two-vnets'

export const cps = defineMethod({
  name: 'cps',
  title: 'CPS',
  paper: 'Chen et al., CVPR 2021',
  differs: ['V-Nets instead of 3-D U-Nets', 'the first of the two networks predicts'],
  networks: TWO_VNETS,
  step(context) {
    const { unlabelled, ramp } = context
    const { logits, terms } = twoVnets(context)
    if (context.batch.unlabelledCount === 0) return terms
    const { first, second } = crossPseudoSupervision(unlabelled(logits.net1), unlabelled(logits.net2))
    const weight = ramp(0.1)
    return {
      ...terms,
      'net1.pseudo': term(first, { weight, trains: ['net1'] }),
      'net2.pseudo': term(second, { weight, trains: ['net2'] }),
    }
  },
  predictWith: ['net1'],
  authors: SSL4MIS_PAIR,
  audit: {
    ...TWO_VNETS_AUDIT,
    'net1.pseudo': { net1: ['unlabelled'] },
    'net2.pseudo': { net2: ['unlabelled'] },
  },
})
