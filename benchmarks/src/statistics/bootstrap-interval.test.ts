import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from './bootstrap-interval'

const DIFFERENCES = [0.031, -0.012, 0.054, 0.122, 0.008, -0.033, 0.071, 0.019, 0.205, 0.044, 0.002, -0.004]

describe('bootstrapInterval', () => {
  // scipy 1.17.1: bootstrap((x,), np.mean, n_resamples=999999, method='BCa', rng=default_rng(1)).
  it.each([
    [DIFFERENCES, 0.95, 0.01475, 0.09091667],
    [[0.5, 0.7, 0.71, 0.9, 0.2, 0.3], 0.9, 0.38333333, 0.70333333],
  ])('is the BCa interval that scipy finds', (values, level, low, high) => {
    const interval = bootstrapInterval(values, { level, resamples: 200_000 })!
    const width = high - low
    expect(Math.abs(interval.low - low) / width).toBeLessThan(0.01)
    expect(Math.abs(interval.high - high) / width).toBeLessThan(0.01)
    expect(interval.level).toBe(level)
  })

  it('is seeded: the same again, and nearly the same from another seed', () => {
    const first = bootstrapInterval(DIFFERENCES)!
    expect(bootstrapInterval(DIFFERENCES)).toEqual(first)
    const other = bootstrapInterval(DIFFERENCES, { seed: 2 })!
    expect(other).not.toEqual(first)
    expect(other.low).toBeCloseTo(first.low, 2)
  })

  it('turns round with the sign of the values', () => {
    const { low, high } = bootstrapInterval(DIFFERENCES, { resamples: 50_000 })!
    const mirrored = bootstrapInterval(
      DIFFERENCES.map((value) => -value),
      { resamples: 50_000 },
    )!
    expect(mirrored.low).toBeCloseTo(-high, 3)
    expect(mirrored.high).toBeCloseTo(-low, 3)
  })

  it('is a point for equal values, and there is none for one value or none', () => {
    expect(bootstrapInterval([0.25, 0.25, 0.25])).toEqual({ low: 0.25, high: 0.25, level: 0.95 })
    expect(bootstrapInterval([0.25])).toBeNull()
    expect(bootstrapInterval([])).toBeNull()
  })

  it('refuses what is not a number', () => {
    expect(() => bootstrapInterval([1, Number.NaN])).toThrow('a value is not finite')
  })
})
