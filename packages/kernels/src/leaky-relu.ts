import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectFloat, expectNumber } from './validate'

export const leakyReluGrad = defineKernel<{ dy: tf.Tensor; x: tf.Tensor }, { alpha: number }, tf.Tensor>({
  name: 'DualSegLeakyReluGrad',
  composite: ({ dy, x }, { alpha }) => tf.mul(dy, tf.step(x, alpha)),
})

const runLeakyRelu = defineKernel<{ x: tf.Tensor }, { alpha: number }, tf.Tensor>({
  name: 'DualSegLeakyRelu',
  composite: ({ x }, { alpha }) => tf.leakyRelu(x, alpha),
  gradient: {
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => leakyReluGrad({ dy, x: saved[0]! }, attrs),
    }),
  },
})

/**
 * `x` where positive, `alpha * x` elsewhere. The slope at 0 is alpha, as in PyTorch.
 *
 * @param alpha 0 to 1
 */
export function leakyRelu<T extends tf.Tensor>(x: T, alpha: number): T {
  expectFloat('leakyRelu', 'x', x)
  expectNumber('leakyRelu', 'alpha', alpha, 0, 1)
  return runLeakyRelu({ x }, { alpha }) as T
}
