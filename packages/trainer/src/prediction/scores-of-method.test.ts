import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { openTestEngine } from '../../test/test-engine'
import { methods } from '../methods'
import { createNetworks } from '../training/create-networks'
import { networkPredictor } from './predict-windows'
import { scoresOfMethod } from './scores-of-method'

const PATCH = [16, 16, 16] as const
const VOXELS = 16 ** 3

beforeAll(async () => {
  await openTestEngine()
})

it.each([...methods.values()])(
  '$name gives every one of three classes a probability, and the largest decides',
  async (method) => {
    const scores = scoresOfMethod(method, 3)
    expect(scores).toEqual({ channels: 3, decide: 'argmax' })
    const networks = createNetworks(method, { filters: 2, classes: 3, dropout: 0.5, initialise: 'kaiming' }, 11)
    const windows = Float32Array.from({ length: VOXELS }, (_, i) => Math.sin(i))
    const probs = await networkPredictor(networks, method.predictWith, PATCH)(windows, 1)
    expect(probs.length).toBe(VOXELS * scores.channels)
    for (let i = 0; i < probs.length; i += 3) expect(probs[i]! + probs[i + 1]! + probs[i + 2]!).toBeCloseTo(1, 5)
    networks.dispose()
    expect(tf.memory().numTensors).toBe(0)
  },
)

it('keeps what a method has for two classes', () => {
  expect(scoresOfMethod(methods.get('dtc')!, 2)).toEqual({ channels: 1, decide: 'threshold' })
  expect(scoresOfMethod(methods.get('mc-net')!, 2)).toEqual({ channels: 2, decide: 'threshold' })
  expect(scoresOfMethod(methods.get('mcf')!, 2)).toEqual({ channels: 2, decide: 'argmax' })
})
