import * as tf from '@tensorflow/tfjs-core'

/**
 * Zeros around a tensor. One axis at a time at rank 3, since TensorFlow.js pads wrongly at rank 5 on WebGPU.
 *
 * @param paddings zeros before and after, axis by axis
 */
export function padZeros<T extends tf.Tensor>(x: T, paddings: readonly (readonly [number, number])[]): T {
  return tf.tidy(() => {
    const shape = x.shape.slice()
    let padded: tf.Tensor = x
    for (const [axis, [before, after]] of paddings.entries()) {
      if (before === 0 && after === 0) continue
      const outer = product(shape.slice(0, axis))
      const inner = product(shape.slice(axis + 1))
      padded = tf.pad(tf.reshape(padded, [outer, shape[axis]!, inner]), [
        [0, 0],
        [before, after],
        [0, 0],
      ])
      shape[axis] = shape[axis]! + before + after
    }
    return tf.reshape(padded, shape) as T
  })
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1)
}
