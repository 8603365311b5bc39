import { dualsegError, found } from '@dualseg/kernels'
import type { TensorContainer } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Runs `compute` without recording it for a gradient and frees its intermediates: what it returns is a constant for every loss.
 *
 * tfjs has no such function. Its own custom gradients suspend the recording by the same counter while their forward pass runs; a custom
 * gradient that answers zeros would also be correct, but would send those zeros back through the whole network.
 *
 * @param compute returns a tensor or a container of tensors
 * @returns what `compute` returned
 * @throws DUALSEG_VALUE for what is no function or does not finish at once
 */
export function withoutGradient<T extends TensorContainer>(compute: () => T): T {
  if (typeof compute !== 'function') {
    throw dualsegError('DUALSEG_VALUE', `withoutGradient: compute is ${found(compute)}; expected a function that returns tensors`)
  }
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    return tf.tidy(() => {
      const result = compute()
      // It would go on after the recording has begun again.
      if (result instanceof Promise) {
        throw dualsegError(
          'DUALSEG_VALUE',
          'withoutGradient: compute returned a promise; expected tensors, await what it needs before',
        )
      }
      return result
    })
  } finally {
    state.kernelDepth--
  }
}
