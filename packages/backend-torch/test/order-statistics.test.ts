import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BACKEND_NAME, torchEngine } from '../src/index'
import { registerCardKernels } from '../src/register-kernels'
import { whereTorch } from './where-torch'

whereTorch('order statistics', () => {
  beforeAll(async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    registerCardKernels(BACKEND_NAME, true)
  })
  afterAll(() => registerCardKernels(BACKEND_NAME, false))

  it.each([
    ['distinct', (x: number) => x],
    ['with many ties', (x: number) => Math.floor(x * 4)],
    ['with one that is none', (x: number, i: number) => (i === 77 ? Number.NaN : x)],
  ])('are those that the host finds, for numbers that are %s', (_, shape) => {
    const values = random(1, 'order', 0, 0).fillUniform(new Float32Array(1001), -1, 1).map(shape)
    const x = tf.tensor(values)
    for (const k of [0, 1, 500, 999, 1000]) {
      const found = tf.engine().runKernel('DualSegOrderStatistics', { x }, { k }) as tf.Tensor
      const [kth, next, largest] = Array.from(found.dataSync())
      found.dispose()
      expect(Number.isNaN(largest)).toBe(values.some(Number.isNaN))
      if (Number.isNaN(largest)) continue
      const sorted = values.slice().sort()
      expect([kth, next, largest]).toEqual([sorted[k], sorted[Math.min(k + 1, 1000)], sorted[1000]])
    }
    x.dispose()
  })

  it('are those that the host finds, for tensors of any size, with ties', () => {
    const value = fc.oneof(fc.float({ noNaN: true }), fc.integer({ min: -3, max: 3 }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), fc.nat(9999), (list, drawn) => {
        const [values, k] = [Float32Array.from(list), drawn % list.length]
        const x = tf.tensor(values)
        const found = tf.engine().runKernel('DualSegOrderStatistics', { x }, { k }) as tf.Tensor
        const sorted = values.slice().sort()
        // -0 and 0 are equal; which comes first is left open.
        const plain = (numbers: Iterable<number>) => Array.from(numbers, (number) => number + 0)
        expect(plain(found.dataSync())).toEqual(plain([sorted[k]!, sorted[Math.min(k + 1, list.length - 1)]!, sorted.at(-1)!]))
        tf.dispose([x, found])
      }),
      { seed: 20261127, numRuns: 300 },
    )
  })
})
