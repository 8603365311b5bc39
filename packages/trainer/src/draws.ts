import { type RandomStream, random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from './method'

/** The draws of one iteration. */
export function iterationDraws(seed: number, iteration: number): Draws {
  const stream = (purpose: string, sample: number): RandomStream => random(seed, purpose, iteration, sample)
  return {
    stream,
    normal(purpose, shape) {
      const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
      const each = values.length / shape[0]!
      for (let sample = 0; sample < shape[0]!; sample++) {
        stream(purpose, sample).fillNormal(values.subarray(sample * each, (sample + 1) * each), 0, 1)
      }
      return tf.tensor(values, [...shape], 'float32')
    },
    choose: (purpose, from, count) => chooseAscending(stream(purpose, 0), from, count),
  }
}

/** `count` different integers below `from` (all of them if it is not more), ascending: a partial Fisher-Yates shuffle. */
export function chooseAscending(stream: RandomStream, from: number, count: number): Int32Array {
  const order = new Int32Array(from)
  for (let i = 0; i < from; i++) order[i] = i
  const taken = Math.min(count, from)
  if (taken < from) {
    for (let i = 0; i < taken; i++) {
      const j = stream.integer(i, from)
      const swapped = order[i]!
      order[i] = order[j]!
      order[j] = swapped
    }
  }
  return order.slice(0, taken).sort()
}
