import { random } from '@dualseg/kernels/random'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentile, percentilesOf } from './percentile'

/** By sorting, for comparison. */
function bySorting(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort()
  const position = (q / 100) * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!]
  return low + (high - low) * (position - Math.floor(position))
}

describe('percentile', () => {
  it('interpolates between neighbours', () => {
    expect(percentile([0.190865, 0.6820225, 0.0900948], 20)).toBeCloseTo(0.1304029, 7)
    expect(percentile([3, 1, 2, 4], 50)).toBe(2.5)
    expect(percentile([3, 1, 2, 4], 0)).toBe(1)
    expect(percentile([3, 1, 2, 4], 100)).toBe(4)
    expect(percentile([7], 33)).toBe(7)
  })

  it.each([
    ['distinct', (x: number) => x],
    ['with many ties', (x: number) => Math.floor(x * 4)],
    ['all equal', () => 0],
    ['rising', (_: number, i: number) => i],
    ['falling', (_: number, i: number) => -i],
  ])('agrees with sorting for numbers that are %s', (_, shape) => {
    const uniform = random(1, 'percentile', 0, 0).fillUniform(new Float32Array(1001), 0, 1)
    const values = uniform.map(shape)
    for (const q of [0, 5, 20, 33.3, 50, 80, 95, 100]) expect(percentile(values, q)).toBeCloseTo(bySorting(values, q), 12)
  })

  it('agrees with sorting for any float32 numbers, however few', () => {
    const numbers = fc.oneof(
      fc.float32Array({ minLength: 1, maxLength: 200, noNaN: true, noDefaultInfinity: true }),
      fc
        .array(fc.constantFrom(-1, -0, 0, 2 ** -149, 1), { minLength: 1, maxLength: 20 })
        .map((values) => Float32Array.from(values)),
    )
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 100, noNaN: true }), (values, q) => {
        const expected = bySorting(values, q)
        expect(Math.abs(percentile(values, q) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(...values.map(Math.abs)))
        expect(percentile([...values], q)).toBe(percentile(values, q))
      }),
      { seed: 20261127, numRuns: 500 },
    )
  })

  it('leaves its input as it was', () => {
    const values = Float32Array.of(3, 1, 2)
    percentile(values, 50)
    expect([...values]).toEqual([3, 1, 2])
  })

  it('is NaN as soon as one value is', () => {
    expect(percentile([1, Number.NaN, 2], 20)).toBeNaN()
  })

  it('refuses an empty list and a percentile that does not exist', () => {
    expect(() => percentile([], 20)).toThrow('percentile: no values were given')
    expect(() => percentile([1], 120)).toThrow('percentile: q is 120; expected a number from 0 to 100')
    expect(() => percentile([1], Number.NaN)).toThrow('percentile: q is NaN')
  })
})

describe('percentilesOf', () => {
  /** As an engine finds them. */
  const orderStatistics: tf.KernelFunc = ({ inputs, attrs }) => {
    const sorted = (inputs.x as tf.Tensor).dataSync().slice().sort()
    const k = attrs!.k as number
    return tf.tensor1d([sorted[k]!, sorted[Math.min(k + 1, sorted.length - 1)]!, sorted.at(-1)!])
  }

  it('are the same, whether the backend finds them or not', () => {
    const values = random(1, 'percentiles', 0, 0).fillUniform(new Float32Array(1000), 0, 1)
    const tensors = [tf.tensor1d(values), tf.tensor1d(values.map((x, i) => (i === 5 ? Number.NaN : x))), tf.tensor1d([3])]
    const backendName = tf.getBackend()
    for (const q of [0, 20, 33.3, 80, 100]) {
      const read = percentilesOf(tensors, q)
      tf.registerKernel({ kernelName: 'DualSegOrderStatistics', backendName, kernelFunc: orderStatistics })
      try {
        const before = tf.memory().numTensors
        expect(percentilesOf(tensors, q)).toEqual(read)
        expect(tf.memory().numTensors).toBe(before)
      } finally {
        tf.unregisterKernel('DualSegOrderStatistics', backendName)
      }
      expect(read[1]).toBeNaN()
      expect(read[0]).toBe(percentile(values, q))
    }
    tf.dispose(tensors)
  })
})
