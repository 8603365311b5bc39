import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'

/**
 * `ln softmax(z)` over the last axis. tfjs's own function always takes five ops; an engine that has the kernel does it in one.
 *
 * @param logits [..., classes]
 * @returns the same shape, 0 or less; live
 */
export function logProbs<T extends Tensor>(logits: T): T {
  return ownGradient(
    [logits],
    (save) => {
      const hasKernel = tf.getKernel('LogSoftmax', tf.getBackend()) !== undefined
      const value = hasKernel
        ? (tf.engine().runKernel('LogSoftmax', { logits }, { axis: logits.rank - 1 }) as T)
        : tf.logSoftmax(logits)
      save([value])
      return value
    },
    (dy, [value]) => [tf.sub(dy, tf.mul(tf.exp(value!), tf.sum(dy, -1, true)))],
  )
}
