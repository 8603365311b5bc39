import { describe, expect, it } from 'vitest'
import { consistencyWeight, emaDecay, sigmoidRamp, uncertaintyThreshold } from './ramps'

describe('sigmoidRamp', () => {
  it.each([
    [-3, 0.006737946999],
    [0, 0.006737946999],
    [1, 0.0086247],
    [10, 0.06005467],
    [20, 0.2865048],
    [39, 0.99687988],
    [40, 1],
    [1000, 1],
  ])('is the published curve at epoch %d of 40', (epoch, value) => {
    expect(sigmoidRamp(epoch, 40)).toBeCloseTo(value, 7)
  })

  it('is 1 from the start without a length', () => {
    expect(sigmoidRamp(0, 0)).toBe(1)
  })

  it('never falls', () => {
    const curve = Array.from({ length: 101 }, (_, i) => sigmoidRamp(i / 2, 40))
    expect(curve).toEqual([...curve].sort((a, b) => a - b))
  })

  it('refuses what is no number', () => {
    expect(() => sigmoidRamp(Number.NaN, 40)).toThrow('sigmoidRamp: epoch is NaN; expected a finite number')
    expect(() => sigmoidRamp(1, -2)).toThrow('sigmoidRamp: length is -2; expected a finite number of at least 0')
  })
})

describe('consistencyWeight', () => {
  it('moves once in 150 iterations and, over 6000 of them, ends just below its maximum', () => {
    const weight = (iteration: number) => consistencyWeight(iteration, { lambdaMax: 0.1 })
    expect(weight(149)).toBe(weight(0))
    expect(weight(150)).toBeGreaterThan(weight(149))
    expect(weight(5999)).toBeCloseTo(0.099687988, 8)
    expect(weight(6000)).toBe(0.1)
  })

  it('refuses a NaN weight', () => {
    expect(() => consistencyWeight(0, { lambdaMax: Number.NaN })).toThrow('consistencyWeight: lambdaMax is NaN')
    expect(() => consistencyWeight(-1, { lambdaMax: 1 })).toThrow(
      'consistencyWeight: iteration is -1; expected a finite number of at least 0',
    )
  })
})

describe('uncertaintyThreshold', () => {
  it.each([
    [0, 0.52103],
    [3000, 0.56951],
    [5999, Math.LN2],
  ])('is the published value at iteration %d of 6000', (iteration, value) => {
    expect(uncertaintyThreshold(iteration, 6000)).toBeCloseTo(value, 5)
  })
})

describe('emaDecay', () => {
  it('copies the student at first and then waits for its maximum', () => {
    expect([0, 1, 3, 98, 99, 5000].map((iteration) => emaDecay(iteration, 0.99))).toEqual([0, 0.5, 0.75, 1 - 1 / 99, 0.99, 0.99])
  })

  it('refuses a decay that is none', () => {
    expect(() => emaDecay(0, 1.5)).toThrow('emaDecay: decay is 1.5; expected a number from 0 to 1')
    expect(() => emaDecay(0, Number.NaN)).toThrow('emaDecay: decay is NaN')
  })
})
