import { type RandomStream, random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from '../methods/definition/method'
import { betaDraw } from './beta-draw'

/** The draws of one iteration. */
export function iterationDraws(seed: number, iteration: number): Draws {
  const stream = (purpose: string, sample: number): RandomStream => random(seed, purpose, iteration, sample)
  return {
    stream,
    ofRun: (purpose) => random(seed, `run/${purpose}`, 0, 0),
    beta: (purpose, alpha) => betaDraw(stream(purpose, 0), alpha),
    normal(purpose, shape) {
      const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
      const each = values.length / shape[0]!
      for (let sample = 0; sample < shape[0]!; sample++) {
        stream(purpose, sample).fillNormal(values.subarray(sample * each, (sample + 1) * each), 0, 1)
      }
      return tf.tensor(values, [...shape], 'float32')
    },
  }
}
