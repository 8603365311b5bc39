import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectNumber, expectOptions } from './validate'
import { assignAll, expectMatchingLists, expectVariables, listOf, numbered } from './variable-lists'

/** What SGD with momentum moves, list by list of the same length. */
export interface SgdMomentumState {
  readonly parameters: readonly tf.Variable[]
  readonly gradients: readonly tf.Tensor[]
  /** Zeros before the first step. */
  readonly velocities: readonly tf.Variable[]
}

export interface SgdMomentumOptions {
  readonly learningRate: number
  /** 0 to 1 */
  readonly momentum: number
  /** L2 penalty, added to the gradient. */
  readonly weightDecay: number
}

interface Attrs extends SgdMomentumOptions {
  /** How many parameters: the inputs are p0.., g0.., v0.. */
  count: number
}

const runSgdStep = defineKernel<tf.NamedTensorMap, Attrs, tf.Tensor[]>({
  name: 'DualSegSgdStep',
  composite: (inputs, { count, learningRate, momentum, weightDecay }) => {
    const gradients = listOf(inputs, 'g', count)
    const velocities = listOf(inputs, 'v', count)
    const movedParameters: tf.Tensor[] = []
    const movedVelocities: tf.Tensor[] = []
    for (const [i, p] of listOf(inputs, 'p', count).entries()) {
      const v = tf.add(tf.mul(velocities[i]!, momentum), tf.add(gradients[i]!, tf.mul(p, weightDecay)))
      movedVelocities.push(v)
      movedParameters.push(tf.sub(p, tf.mul(v, learningRate)))
    }
    return [...movedParameters, ...movedVelocities]
  },
})

/**
 * One step of SGD with momentum for all parameters at once: `g += weightDecay p; v = momentum v + g; p -= learningRate v`.
 *
 * PyTorch's rule: the first velocity is the gradient itself (v starts at 0), no dampening, no Nesterov.
 *
 * @throws DUALSEG_SHAPE if the lists do not match
 */
export function sgdMomentumStep(state: SgdMomentumState, options: SgdMomentumOptions): void {
  const where = 'sgdMomentumStep'
  expectOptions(where, state, ['parameters', 'gradients', 'velocities'], 'state')
  expectOptions(where, options, ['learningRate', 'momentum', 'weightDecay'])
  const { parameters, gradients, velocities } = state
  expectMatchingLists(where, { parameters, gradients, velocities })
  expectVariables(where, { parameters, velocities })
  const { learningRate, momentum, weightDecay } = options
  expectNumber(where, 'learningRate', learningRate, 0, Number.MAX_VALUE)
  expectNumber(where, 'momentum', momentum, 0, 1)
  expectNumber(where, 'weightDecay', weightDecay, 0, Number.MAX_VALUE)
  if (parameters.length === 0) return
  const attrs = { count: parameters.length, learningRate, momentum, weightDecay }
  const moved = runSgdStep(numbered({ p: parameters, g: gradients, v: velocities }), attrs)
  assignAll([...parameters, ...velocities], moved)
}
