/**
 * Regularised dropout: two networks that started differently shall give the same distribution for unlabelled voxels.
 *
 * Paper: Liang, Wu, Li, et al.: R-Drop, NeurIPS 2021, there two dropout passes of one network; with two networks as in SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled, the same crops for both networks. C classes.
 *
 *   z_k = net_k(x),  p_k = softmax(z_k),  k = 1, 2
 *   minimise sum_k (0.5 CE(z_k,l, y) + 0.5 Dice(p_k,l, y)) + w(it) (mean p_1 (ln p_1 - ln p_2) + mean p_2 (ln p_2 - ln p_1)) / 2 on the unlabelled half,
 *   means over voxels and classes,  w up to 4
 *   net1 starts Kaiming-normal, net2 Xavier-normal; predict with net1
 *
 * `r-drop-released`: the same with softmaxes over the z axis instead of the classes, as the released function has them by mistake. Its value depends on the
 * patch's depth.
 *
 * Differs:
 * 1. `r-drop` takes the softmaxes over the classes, as meant; the weight of 4 belongs to a mean that counts the classes too, and is kept with it.
 * 2. V-Nets, as the script's `--model vnet`; by default it trains 3-D U-Nets.
 * 3. The script keeps both networks and leaves to the user which is tested; here net1.
 * 4. The transposed convolutions of net1 start Kaiming-normal too; the script leaves them at PyTorch's default in both networks.
 * 5. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 200 (`authors` restores both).
 */
import { symmetricKl } from '@dualseg/losses'
import { SSL4MIS_PAIR } from './authors'
import { defineMethod } from './definition/define-method'
import { type StepContext, term } from './definition/method'
import { TWO_VNETS, TWO_VNETS_AUDIT, twoVnets } from './two-vnets'

function along(axis: 'class' | 'z') {
  return {
    networks: TWO_VNETS,
    step(context: StepContext<typeof TWO_VNETS>) {
      const { unlabelled, ramp } = context
      const { logits, terms } = twoVnets(context)
      if (context.batch.unlabelledCount === 0) return terms
      const divergence = symmetricKl(unlabelled(logits.net1), unlabelled(logits.net2), { axis })
      return { ...terms, consistency: term(divergence, { weight: ramp(4), trains: ['net1', 'net2'] }) }
    },
    predictWith: ['net1' as const],
    authors: SSL4MIS_PAIR,
    twin: { common: 'cps', authors: 'cps' },
    audit: {
      ...TWO_VNETS_AUDIT,
      consistency: { net1: ['unlabelled' as const], net2: ['unlabelled' as const] },
    },
  }
}

export const rDrop = defineMethod({
  name: 'r-drop',
  title: 'R-Drop',
  paper: 'Liang, Wu et al., NeurIPS 2021',
  differs: [
    'distributions over the classes; the released code compares profiles along z (r-drop-released)',
    'V-Nets instead of 3-D U-Nets',
    'the first of the two networks predicts',
  ],
  ...along('class'),
})

export const rDropReleased = defineMethod({
  name: 'r-drop-released',
  title: 'R-Drop (released code)',
  paper: 'Liang, Wu et al., NeurIPS 2021, as released in SSL4MIS',
  differs: ['V-Nets instead of 3-D U-Nets', 'the first of the two networks predicts'],
  ...along('z'),
})
