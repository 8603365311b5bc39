import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { virtualAdversarialLoss } from '../src'
import { openTestEngine } from './test-engine'

beforeAll(async () => {
  await openTestEngine()
})

/** Scores that grow with one voxel alone. */
const watching = (voxel: number, slope: tf.Tensor) => (x: tf.Tensor5D) => {
  const one = tf.slice(tf.reshape(x, [1, -1]), [0, voxel], [1, 1])
  return tf.reshape(tf.concat([tf.zerosLike(one), tf.mul(one, slope)], 1), [1, 1, 1, 1, 2]) as tf.Tensor5D
}

it('shifts the volume where the prediction changes, whatever direction it began with, and records the search on no other tape', () => {
  const image = tf.fill<tf.Rank.R5>([1, 4, 1, 1, 1], 0.5)
  const start = tf.tensor5d([0.4, -0.3, 0.2, 0.1], [1, 4, 1, 1, 1])
  const slope = tf.variable(tf.scalar(0.3))
  const seen: number[][] = []
  const network = watching(2, slope)
  const before = tf.memory().numTensors
  const { value, grads } = tf.variableGrads(() =>
    virtualAdversarialLoss(
      image,
      start,
      {
        reference: network,
        shifted: (x) => {
          seen.push([...x.dataSync()])
          return network(x)
        },
      },
      10,
    ),
  )
  // The last shift is of length 10, along the only voxel that is watched.
  expect(seen.at(-1)!.map((x) => Math.round(10 * Math.abs(x - 0.5)))).toEqual([0, 0, 100, 0])
  expect(value.dataSync()[0]).toBeGreaterThan(0.1)
  const [gradient] = Object.values(grads)
  expect(Math.abs(gradient!.dataSync()[0]!)).toBeGreaterThan(1e-3)
  tf.dispose([value, grads])
  expect(tf.memory().numTensors).toBe(before)
})
