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
 */
export function withoutGradient<T extends TensorContainer>(compute: () => T): T {
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    return tf.tidy(compute)
  } finally {
    state.kernelDepth--
  }
}
