import * as tf from '@tensorflow/tfjs-core'

/** Resolves when the tensor's values are there, whatever the engine does behind; reads one of them. */
export async function waitFor(tensor: tf.Tensor): Promise<void> {
  const one = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), 0, 1))
  await one.data()
  one.dispose()
}
