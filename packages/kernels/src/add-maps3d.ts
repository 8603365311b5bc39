import * as tf from '@tensorflow/tfjs-core'
import { expectFloat, expectRank, expectShape } from './validate'

/**
 * a + b, the skip connection of the networks. Unlike `tf.add` it saves neither map for the gradient, which is dy for both: what only this sum read can go at once.
 *
 * @param a [batch, x, y, z, channels]
 * @param b of the same shape
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function addMaps3d(a: tf.Tensor5D, b: tf.Tensor5D): tf.Tensor5D {
  expectRank('addMaps3d', 'a', a, 5, '[batch,x,y,z,channels]')
  expectFloat('addMaps3d', 'a', a)
  expectFloat('addMaps3d', 'b', b)
  expectShape('addMaps3d', 'b', b, a.shape, 'the shape of a')
  const add = tf.customGrad((left, right) => ({
    value: tf.add(left as tf.Tensor, right as tf.Tensor),
    // Two handles of one array: tfjs adds to and disposes of either.
    gradFunc: (dy) => [tf.clone(dy), tf.clone(dy)],
  }))
  return add(a, b) as tf.Tensor5D
}
