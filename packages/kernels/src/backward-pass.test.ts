import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { addMaps3d, convBatchNorm3d } from './index'

beforeAll(() => tf.setBackend('cpu'))

const SHAPE: [number, number, number, number, number] = [1, 6, 6, 6, 4]
const MAP_BYTES = 4 * 6 ** 3 * 4
const LAYERS = 6

const values = (shape: number[]) => tf.randomUniform(shape, -1, 1, 'float32', 7)

/** y of a convolution and batch norm. */
function layer(x: tf.Tensor5D, filter = values([3, 3, 3, 4, 4]) as tf.Tensor5D): tf.Tensor5D {
  return convBatchNorm3d(x, { filter, gamma: tf.ones([4]), beta: tf.zeros([4]), padding: 1, relu: true, training: true }).y
}

describe('a backward pass', () => {
  it('has given up what layers saved and gradients between them when it reaches the first', () => {
    tf.tidy(() => {
      let before = 0
      let left = 0
      // Its gradient is the last to be asked for.
      const first = tf.customGrad((x) => ({
        value: tf.clone(x as tf.Tensor),
        gradFunc: (dy) => {
          left = tf.memory().numBytes
          return tf.clone(dy)
        },
      }))
      const x = values(SHAPE) as tf.Tensor5D
      const filters = Array.from({ length: LAYERS }, () => values([3, 3, 3, 4, 4]) as tf.Tensor5D)
      const stack = (input: tf.Tensor, ...weights: tf.Tensor[]) => {
        before = tf.memory().numBytes
        let map = first(input) as tf.Tensor5D
        for (const weight of weights) map = layer(map, weight as tf.Tensor5D)
        return tf.sum(map)
      }
      tf.grads(stack)([x, ...filters])
      const parameters = LAYERS * 4 * (27 * 16 + 8 * 4)
      // Kept, each layer's input, z and gradient would be 18 maps.
      expect(left - before - parameters).toBeLessThan(6 * MAP_BYTES)
    })
  })

  it('leaves the gradient that it was given, and no tensor behind', () => {
    const x = values(SHAPE) as tf.Tensor5D
    const dy = values(SHAPE)
    const count = tf.memory().numTensors
    const gradient = tf.tidy(() => tf.grad((input) => layer(input as tf.Tensor5D))(x, dy))
    expect(dy.isDisposed).toBe(false)
    expect(x.isDisposed).toBe(false)
    expect(tf.memory().numTensors).toBe(count + 1)
    tf.dispose([x, dy, gradient])
  })
})

describe('addMaps3d', () => {
  it('adds, and hands its gradient to both', () => {
    tf.tidy(() => {
      const [a, b, dy] = [values(SHAPE), values(SHAPE), values(SHAPE)] as [tf.Tensor5D, tf.Tensor5D, tf.Tensor5D]
      const { value, grads } = tf.valueAndGrads((...maps) => addMaps3d(maps[0] as tf.Tensor5D, maps[1] as tf.Tensor5D))(
        [a, b],
        dy,
      )
      expect(value.dataSync()).toEqual(tf.add(a, b).dataSync())
      for (const gradient of grads) expect(gradient.dataSync()).toEqual(dy.dataSync())
    })
  })

  it('refuses maps of two shapes', () => {
    expect(() => addMaps3d(tf.zeros([1, 2, 2, 2, 3]) as tf.Tensor5D, tf.zeros([1, 2, 2, 2, 4]) as tf.Tensor5D)).toThrow(
      'addMaps3d: b [1,2,2,2,4] does not match [1,2,2,2,3], the shape of a',
    )
  })
})
