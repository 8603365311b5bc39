import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import type { Initialisation, ParameterKind } from './network'
import { startingValues } from './starting-values'

const stream = () => random(11, 'weight', 0, 0)
const values = (kind: ParameterKind, shape: number[], initialise: Initialisation, weightShape = shape) =>
  startingValues(
    kind,
    shape.reduce((a, b) => a * b, 1),
    weightShape,
    initialise,
    stream,
  )
const deviation = (data: Float32Array) => Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length)
const largest = (data: Float32Array) => data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)

describe('starting values', () => {
  it('draws Kaiming weights with variance 2/fanIn', () => {
    const data = values('convWeight', [64, 32, 3, 3, 3], 'kaiming') // 55,296 values: the deviation is within 1 %
    expect(deviation(data)).toBeCloseTo(Math.sqrt(2 / (32 * 27)), 3)
    expect(largest(data)).toBeGreaterThan(3 * Math.sqrt(2 / (32 * 27)))
  })

  it('uses the outputs for a transposed convolution: 0.0442 for 256 to 128 channels', () => {
    expect(deviation(values('upWeight', [256, 128, 2, 2, 2], 'kaiming'))).toBeCloseTo(0.0442, 4)
  })

  it('keeps default weights within 1/sqrt(fanIn): 0.0340 for 32 to 32 channels', () => {
    const data = values('convWeight', [32, 32, 3, 3, 3], 'default')
    expect(largest(data)).toBeLessThanOrEqual(0.0341)
    expect(largest(data)).toBeGreaterThan(0.0339)
    expect(deviation(data)).toBeCloseTo(0.0340207 / Math.sqrt(3), 3)
  })

  it('draws Xavier weights with variance 2/(fanIn + fanOut), transposed ones as by default', () => {
    expect(deviation(values('convWeight', [64, 32, 3, 3, 3], 'xavier'))).toBeCloseTo(Math.sqrt(2 / (32 * 27 + 64 * 27)), 3)
    expect(values('upWeight', [8, 4, 2, 2, 2], 'xavier')).toEqual(values('upWeight', [8, 4, 2, 2, 2], 'default'))
  })

  it.each(['kaiming', 'xavier', 'default'] as const)(
    'draws biases uniformly by the fan-in of their weight (%s)',
    (initialise) => {
      const data = values('bias', [2000], initialise, [2000, 4, 3, 3, 3])
      const bound = 1 / Math.sqrt(4 * 27)
      expect(largest(data)).toBeLessThanOrEqual(bound * 1.0000001)
      expect(largest(data)).toBeGreaterThan(0.99 * bound)
    },
  )

  it('starts batch norm at 1 and 0', () => {
    expect([...values('bnGamma', [2], 'kaiming')]).toEqual([1, 1])
    expect([...values('bnBeta', [2], 'default')]).toEqual([0, 0])
  })
})
