import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { TinyTraining, train } from '../../kernels/test/tiny-training'
import { tensorflowEngine } from '../src'
import type { NodeBackend } from '../src/tfjs-node'
import { whereTensorflow } from './where-tensorflow'

const nativeTensors = () => (tf.backend() as NodeBackend).binding.getNumOfTensors()

whereTensorflow('training on TensorFlow', () => {
  beforeAll(async () => {
    await tensorflowEngine.open({ threads: 2 })
  })

  it('learns, to the same bits each time', () => {
    const first = train(20)
    expect(first.losses[19]).toBeLessThan(0.7 * first.losses[0]!)
    expect(train(20)).toEqual(first)
  })

  it('leaves no tensor behind, neither of TensorFlow.js nor of TensorFlow', () => {
    const before = { numTensors: tf.memory().numTensors, native: nativeTensors() }
    const training = new TinyTraining()
    training.step()
    const between = { numTensors: tf.memory().numTensors, native: nativeTensors() }
    for (let i = 0; i < 20; i++) training.step()
    expect({ numTensors: tf.memory().numTensors, native: nativeTensors() }).toEqual(between)
    training.dispose()
    expect({ numTensors: tf.memory().numTensors, native: nativeTensors() }).toEqual(before)
  })
})
