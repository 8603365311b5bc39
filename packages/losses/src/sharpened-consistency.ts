import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { meanSquaredProbs, meanSquaredTo } from './mean-squared'
import { requirePositive } from './requirements/numbers'
import { requireOneOf } from './requirements/options'
import { requireClasses, requireList, requireSameClasses, requireSameFloats } from './requirements/tensors'
import { sharpen, sharpenElementwise } from './sharpen'
import { withoutGradient } from './without-gradient'

/**
 * The loser learns from the winner's sharpened output: `mean((p_lose - sg sharpen(p_win, T))²)`.
 *
 * Source: MCF, T = 0.1.
 *
 * @param loserProbs [batch, x, y, z, classes], after softmax
 * @param winnerProbs the same shape; receives no gradient
 * @param temperature T, default 0.1
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for a temperature that is not above 0
 */
export function sharpenedConsistency(loserProbs: Tensor, winnerProbs: Tensor, temperature = 0.1): Scalar {
  const where = 'sharpenedConsistency'
  requireSameClasses(where, 'loserProbs', loserProbs, 'winnerProbs', winnerProbs)
  requirePositive(where, 'temperature', temperature)
  return tf.tidy(() =>
    meanSquaredTo(
      loserProbs,
      withoutGradient(() => sharpen(winnerProbs, temperature)),
    ),
  )
}

/**
 * Mutual consistency of several decoders: the sum over all ordered pairs i ≠ j of `mean((p_i - sharpen(p_j))²)`, nothing detached.
 *
 * Source: Wu et al. 2021 (MC-Net, two decoders, T = 0.1) and 2022 (three).
 *
 * @param decoderProbs two or more of [batch, x, y, z, classes], after softmax
 * @param temperature T, default 0.1
 * @param options.sharpening `elementwise`, every class against its complement, as released; `classes`, over them together. For two classes both are the same
 *   numbers; for more, only the second leaves probabilities. Default `elementwise`
 * @returns scalar, 0 to the number of pairs
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for fewer than two decoders or a temperature that is not above 0
 */
export function mutualConsistency(
  decoderProbs: readonly Tensor[],
  temperature = 0.1,
  options: { sharpening?: 'elementwise' | 'classes' } = {},
): Scalar {
  const where = 'mutualConsistency'
  requireList(where, 'decoderProbs', decoderProbs, 'decoders', 2)
  const first = decoderProbs[0]!
  requireClasses(where, 'decoderProbs[0]', first)
  for (const [i, probs] of decoderProbs.entries()) requireSameFloats(where, 'decoderProbs[0]', first, `decoderProbs[${i}]`, probs)
  requirePositive(where, 'temperature', temperature)
  expectOptions(where, options, ['sharpening'])
  const { sharpening = 'elementwise' } = options
  requireOneOf(where, 'sharpening', sharpening, ['elementwise', 'classes'])
  return tf.tidy(() => {
    const sharpened = decoderProbs.map((probs) => (sharpening === 'classes' ? sharpen : sharpenElementwise)(probs, temperature))
    const terms = decoderProbs.flatMap((probs, i) =>
      sharpened.filter((_, j) => j !== i).map((target) => meanSquaredProbs(probs, target)),
    )
    return tf.addN<Scalar>(terms)
  })
}
