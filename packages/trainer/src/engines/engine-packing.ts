import * as tf from '@tensorflow/tfjs-core'

/** Whether the open engine's kernels are packed into 256-bit instructions; nothing where there is no such choice. No bit depends on it. */
export function enginePacking(): 'on' | 'off' | undefined {
  const { isPacked } = tf.backend() as { isPacked?: boolean }
  return isPacked === undefined ? undefined : isPacked ? 'on' : 'off'
}
