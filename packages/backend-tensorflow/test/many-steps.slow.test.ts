import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { tensorflowEngine } from '../src'
import type { NodeBackend } from '../src/tfjs-node'
import { TinyTraining } from './tiny-training'
import { whereTensorflow } from './where-tensorflow'

const STEPS = 1000
/** Until the allocators have what they keep; V8's own heap goes on breathing. */
const WARM_UP = 200
const MOST_GROWTH = 32e6

whereTensorflow('TensorFlow', () => {
  it(`trains ${STEPS} steps in the same memory`, async () => {
    await tensorflowEngine.open({ threads: 2 })
    const training = new TinyTraining()
    for (let i = 0; i < WARM_UP; i++) training.step()
    const now = () => ({ numTensors: tf.memory().numTensors, native: (tf.backend() as NodeBackend).binding.getNumOfTensors() })
    const tensors = now()
    const resident = process.memoryUsage.rss()
    for (let i = WARM_UP; i < STEPS; i++) training.step()
    expect(now()).toEqual(tensors)
    const growth = process.memoryUsage.rss() - resident
    console.log(`${STEPS} steps: resident memory grew by ${(growth / 1e6).toFixed(1)} MB after step ${WARM_UP}`)
    expect(growth).toBeLessThan(MOST_GROWTH)
    training.dispose()
  })
})
