import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectNumber, expectOptions, expectWhole } from './validate'
import { assignAll, expectMatchingLists, expectVariables, listOf, numbered } from './variable-lists'

/** What Adam moves, list by list of the same length. */
export interface AdamState {
  readonly parameters: readonly tf.Variable[]
  readonly gradients: readonly tf.Tensor[]
  /** Running mean of the gradient, zeros before the first step. */
  readonly firstMoments: readonly tf.Variable[]
  /** Running mean of its square, zeros before the first step. */
  readonly secondMoments: readonly tf.Variable[]
}

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Which step this is, from 1: both moments are corrected for their start at zero. */
  readonly step: number
}

interface Attrs extends AdamOptions {
  /** How many parameters: the inputs are p0.., g0.., m0.., v0.. */
  count: number
}

const runAdamStep = defineKernel<tf.NamedTensorMap, Attrs, tf.Tensor[]>({
  name: 'DualSegAdamStep',
  composite: (inputs, { count, learningRate, beta1, beta2, epsilon, step }) => {
    const parameters = listOf(inputs, 'p', count)
    const gradients = listOf(inputs, 'g', count)
    const stepSize = learningRate / (1 - beta1 ** step)
    const correction = 1 / Math.sqrt(1 - beta2 ** step)
    const m = listOf(inputs, 'm', count).map((m, i) => tf.add(tf.mul(m, beta1), tf.mul(gradients[i]!, 1 - beta1)))
    const v = listOf(inputs, 'v', count).map((v, i) => tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradients[i]!), 1 - beta2)))
    const p = parameters.map((p, i) => {
      const denominator = tf.add(tf.mul(tf.sqrt(v[i]!), correction), epsilon)
      return tf.sub(p, tf.mul(tf.div(m[i]!, denominator), stepSize))
    })
    return [...p, ...m, ...v]
  },
})

/**
 * One step of Adam for all parameters at once, as PyTorch computes it (epsilon outside the root, after the correction):
 * `m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; p -= lr/(1-b1^t) m / (sqrt(v)/sqrt(1-b2^t) + epsilon)`.
 *
 * Source: Kingma and Ba 2015.
 *
 * @throws DUALSEG_SHAPE if the lists do not match
 */
export function adamStep(state: AdamState, options: AdamOptions): void {
  const where = 'adamStep'
  expectOptions(where, state, ['parameters', 'gradients', 'firstMoments', 'secondMoments'], 'state')
  expectOptions(where, options, ['learningRate', 'beta1', 'beta2', 'epsilon', 'step'])
  const { parameters, gradients, firstMoments, secondMoments } = state
  expectMatchingLists(where, { parameters, gradients, firstMoments, secondMoments })
  expectVariables(where, { parameters, firstMoments, secondMoments })
  const { learningRate, beta1, beta2, epsilon, step } = options
  expectNumber(where, 'learningRate', learningRate, 0, Number.MAX_VALUE)
  expectNumber(where, 'beta1', beta1, 0, 1)
  expectNumber(where, 'beta2', beta2, 0, 1)
  expectNumber(where, 'epsilon', epsilon, 0, 1)
  expectWhole(where, 'step', step, 1)
  if (parameters.length === 0) return
  const attrs = { count: parameters.length, learningRate, beta1, beta2, epsilon, step }
  const moved = runAdamStep(numbered({ p: parameters, g: gradients, m: firstMoments, v: secondMoments }), attrs)
  assignAll([...parameters, ...firstMoments, ...secondMoments], moved)
}
