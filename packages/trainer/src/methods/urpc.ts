/**
 * URPC: one network scores at four scales; they shall agree, least where a scale is far from the others' mean.
 *
 * Paper: Luo, Liao, Chen, et al.: Efficient semi-supervised gross target volume of nasopharyngeal carcinoma segmentation via uncertainty rectified pyramid
 * consistency, MICCAI 2021; as SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes; p_s = softmax of scale s = 1 (full) ... 4 (1/8), all interpolated to full size.
 *
 *   pbar = mean_s p_s,  K_s = sum_c pbar (ln pbar - ln p_s),  v_s = exp(-K_s), everything live
 *   U_s = mean((pbar - p_s)^2 v_s) / (mean v_s + 1e-8) + mean K_s on the unlabelled half
 *   minimise mean_s (0.5 CE(z_s,l, y) + 0.5 Dice(p_s,l, y)) + w(it) mean_s U_s,  w up to 0.1
 *   predict with the full resolution alone
 *
 * Differs:
 * 1. The heads and the dropout of the maps (0.5, 0.3, 0.2, 0.1 from coarse to fine) sit on V-Net's decoder; the script has a 3-D U-Net of its own.
 * 2. Logarithms of probabilities come from the scores, so that none is that of 0: the script's become infinite or NaN where a softmax underflows.
 * 3. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 400 (`authors` restores both).
 */
import { stopGradient } from '@dualseg/kernels'
import { pyramidConsistency } from '@dualseg/losses'
import { URPC_AUTHORS } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, term } from './definition/method'
import { vnetPyramid } from './definition/networks-of-a-method'
import { supervision } from './supervision'

export const urpc = defineMethod({
  name: 'urpc',
  title: 'URPC',
  paper: 'Luo et al., MICCAI 2021',
  differs: ['heads and dropout of the four scales on V-Net instead of a 3-D U-Net', 'no logarithm of an underflown probability'],
  networks: { pyramid: vnetPyramid() },
  step(context) {
    const { networks, batch, labelled, unlabelled, ramp } = context
    const { logits, coarser } = networks.pyramid(batch.image)
    const scales = [logits, ...coarser]
    const supervised = supervision('pyramid', scales.map(labelled), context)
    if (batch.unlabelledCount === 0) return supervised
    const { total, perScale } = pyramidConsistency(scales.map(unlabelled))
    return {
      ...supervised,
      consistency: term(total, { weight: ramp(0.1), trains: ['pyramid'] }),
      ...Object.fromEntries(perScale.map((scale, s) => [`consistency${s + 1}`, noted(stopGradient(scale))])),
    }
  },
  predictWith: ['pyramid'],
  authors: URPC_AUTHORS,
  audit: {
    ce: { pyramid: ['labelled'] },
    dice: { pyramid: ['labelled'] },
    consistency: { pyramid: ['unlabelled'] },
    consistency1: {},
    consistency2: {},
    consistency3: {},
    consistency4: {},
  },
})
