import * as tf from '@tensorflow/tfjs-core'
import { SKIP, type Spoil } from './spoiled-arguments'

const tensor = (what: string, of: (good: tf.Tensor) => unknown): Spoil => ({
  what,
  of: (good) => (good instanceof tf.Tensor ? of(good) : SKIP),
})

/** What is wrong in the place of a tensor, and a tensor in the place of what is none. */
export const TENSOR_SPOILS: readonly Spoil[] = [
  tensor('another rank', (good) => tf.zeros([...good.shape, 1, 1], good.dtype)),
  tensor('booleans', (good) => tf.zeros(good.shape, 'bool')),
  tensor('texts', (good) => tf.fill(good.shape, 'a', 'string')),
  tensor('complex numbers', (good) => tf.complex(tf.zeros(good.shape), tf.zeros(good.shape))),
  tensor('the other type', (good) => tf.zeros(good.shape, good.dtype === 'int32' ? 'float32' : 'int32')),
  tensor('a tensor that is gone', (good) => {
    const gone = tf.zeros(good.shape, good.dtype)
    gone.dispose()
    return gone
  }),
  { what: 'a tensor', of: (good) => (good instanceof tf.Tensor ? SKIP : tf.zeros([2, 3])) },
]
