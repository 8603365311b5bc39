import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { registerCoreGradients } from './core-gradients'
import { stopGradient } from './stop-gradient'

beforeAll(async () => {
  await tf.setBackend('cpu')
  registerCoreGradients()
})

it('is a constant to what differentiates through it', () => {
  const dx = tf.tidy(() =>
    tf
      .grad((x) => tf.sum(tf.mul(x, stopGradient(tf.square(x)))))(tf.tensor1d([2, 3]))
      .dataSync(),
  )
  // Of x * x^2 only the first factor's share: x^2, not 3 x^2.
  expect(Array.from(dx)).toEqual([4, 9])
})

it('shares memory, and each of the two is disposed on its own', () => {
  const before = tf.memory()
  const x = tf.tensor1d([1, 2])
  const constant = stopGradient(x)
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers + 1)
  x.dispose()
  expect(Array.from(constant.dataSync())).toEqual([1, 2])
  constant.dispose()
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers })
})
