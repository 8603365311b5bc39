import { describe, expect, it } from 'vitest'
import { pairedWilcoxon } from './paired-wilcoxon'

describe('pairedWilcoxon', () => {
  // All from scipy 1.17.1: wilcoxon(a, b), and method='approx', correction=True where there are ties or more than fifty pairs.
  it('is exact for few pairs without ties', () => {
    const a = [0.1, 0.5, 0.9, 0.3, 0.8, 0.2, 0.44]
    const b = [0.2, 0.45, 0.7, 0.31, 0.2, 0.21, 0.4]
    const { pValue, differing } = pairedWilcoxon(a, b)
    expect(pValue).toBeCloseTo(0.375, 12)
    expect(differing).toBe(7)
  })

  it('leaves equal pairs out and corrects for ties', () => {
    const a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    const b = [1, 1, 2, 5, 4, 8, 5, 8, 8, 12, 9, 10]
    const { pValue, differing } = pairedWilcoxon(a, b)
    expect(pValue).toBeCloseTo(0.40232378292383864, 12)
    expect(differing).toBe(10)
  })

  it('approximates for many pairs', () => {
    const a = Array.from({ length: 60 }, (_, i) => Math.sin(i * 7) * 3)
    const b = Array.from({ length: 60 }, (_, i) => Math.cos(i * 3))
    expect(pairedWilcoxon(a, b).pValue).toBeCloseTo(0.9091546803483433, 10)
  })

  it('has p = 1 where no pair differs', () => {
    expect(pairedWilcoxon([1, 2], [1, 2])).toEqual({ statistic: 0, pValue: 1, differing: 0 })
  })

  it('refuses values that are no pairs or no numbers', () => {
    expect(() => pairedWilcoxon([1, 2], [1])).toThrow('2 and 1 values')
    expect(() => pairedWilcoxon([], [])).toThrow('0 and 0 values')
    expect(() => pairedWilcoxon([1], [Number.NaN])).toThrow('not finite')
  })
})
