import '@tensorflow/tfjs-backend-cpu'
import { wasmEngine } from '@dualseg/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { crossEntropy, knownLabels, knownMask, maskedMeanSquared, predictedLabels } from '../index'

const ENGINES = [
  ['plain JavaScript', () => tf.setBackend('cpu')],
  ['wasm engine', () => wasmEngine.open({ threads: 1 })],
] as const

describe.each(ENGINES)('values that were looked at, %s', (_, open) => {
  const logits = () => tf.zeros([1, 4, 1, 1, 2])
  beforeAll(async () => {
    await open()
  })

  it('are looked at again in the next call: the array that they lie in may have changed', () => {
    const array = new Int32Array(4)
    const labels = tf.tensor4d(array, [1, 4, 1, 1], 'int32')
    crossEntropy(logits(), labels)
    array[2] = 255
    const changed = labels.dataSync()[2]
    // An engine that has its own copy by now is right to know nothing of it.
    if (changed === 255) expect(() => crossEntropy(logits(), labels)).toThrow('crossEntropy: labels hold the value 255')
    else expect(crossEntropy(logits(), labels).dataSync()[0]).toBeCloseTo(Math.LN2, 6)
    const mask = new Float32Array(4)
    const seen = tf.tensor4d(mask, [1, 4, 1, 1])
    const probs = tf.ones([1, 4, 1, 1])
    maskedMeanSquared(probs, probs, seen)
    mask[1] = 0.5
    if (seen.dataSync()[1] === 0.5) expect(() => maskedMeanSquared(probs, probs, seen)).toThrow('mask holds the value 0.5')
    else expect(maskedMeanSquared(probs, probs, seen).dataSync()[0]).toBe(0)
  })

  it('are not read where they are known', () => {
    const said = knownLabels(tf.tensor4d([0, 1, 1, 0], [1, 4, 1, 1], 'int32'), 1)
    const made = predictedLabels(logits())
    const read = vi.spyOn(tf.engine().backend, 'readSync')
    try {
      crossEntropy(logits(), said)
      crossEntropy(logits(), made)
      const probs = tf.ones<tf.Rank.R4>([1, 2, 1, 1])
      maskedMeanSquared(probs, probs, knownMask(tf.tensor4d([0, 1], [1, 2, 1, 1])))
      expect(read).not.toHaveBeenCalled()
    } finally {
      read.mockRestore()
    }
  })

  it('are refused where they are known to be too high', () => {
    const labels = knownLabels(tf.zeros([1, 4, 1, 1], 'int32'), 2)
    expect(() => crossEntropy(logits(), labels)).toThrow('crossEntropy: labels hold the value 2; expected integers from 0 to 1')
  })
})
