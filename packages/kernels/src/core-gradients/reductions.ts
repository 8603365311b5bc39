import * as tf from '@tensorflow/tfjs-core'
import { expandTo, fromInput, fromOutput, keptShape, sumTo } from './rules'

/** Shared evenly among equal extremes. */
function extremum(kernelName: string, axisName: string): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor]
      return {
        x: () => {
          const kept = keptShape(x.shape, attrs[axisName])
          const hit = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32')
          const share = tf.div(
            tf.reshape(dy as tf.Tensor, kept),
            tf.sum(hit, tf.util.parseAxisParam(attrs[axisName] as number, x.shape), true),
          )
          return tf.mul(hit, share)
        },
      }
    },
  }
}

/** Gradients of sums, means, extremes, softmax and matrix products. */
export const REDUCTIONS: readonly tf.GradConfig[] = [
  fromInput('Sum', (dy, x, { axis }) => expandTo(dy, x, axis)),
  fromInput('Mean', (dy, x, { axis }) => {
    const count = x.size / keptShape(x.shape, axis).reduce((all, size) => all * size, 1)
    return expandTo(tf.div(dy, count), x, axis)
  }),
  extremum('Max', 'reductionIndices'),
  extremum('Min', 'axis'),
  fromOutput('Softmax', (dy, y, { dim }) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), dim as number, true))), 'logits'),
  fromOutput('LogSoftmax', (dy, y, { axis }) => tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, axis as number, true))), 'logits'),
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dyOrList, saved, { transposeA, transposeB }) => {
      const dy = dyOrList as tf.Tensor
      const [a, b] = saved as [tf.Tensor, tf.Tensor]
      // With A and B as they enter the product: dA = dy B', dB = A' dy.
      const da = () => (transposeA ? tf.matMul(b, dy, transposeB as boolean, true) : tf.matMul(dy, b, false, !transposeB))
      const db = () => (transposeB ? tf.matMul(dy, a, true, transposeA as boolean) : tf.matMul(a, dy, !transposeA, false))
      return { a: () => sumTo(da(), a.shape), b: () => sumTo(db(), b.shape) }
    },
  },
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as tf.Tensor)])),
  },
]
