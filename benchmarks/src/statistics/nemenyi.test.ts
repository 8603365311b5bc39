import { describe, expect, it } from 'vitest'
import { criticalDifference, rangeQuantile } from './nemenyi'

describe('the critical difference of mean ranks', () => {
  // scipy 1.17.1: studentized_range.ppf(p, k, inf)
  it.each([
    [0.9, 2, 2.32617431],
    [0.9, 4, 3.24044622],
    [0.9, 11, 4.21120025],
    [0.9, 20, 4.69410441],
    [0.95, 2, 2.77180765],
    [0.95, 4, 3.63315957],
    [0.95, 11, 4.55186358],
    [0.95, 20, 5.01168879],
  ])('is read from the range of normal values: quantile %f of %i is %f', (probability, n, expected) => {
    expect(rangeQuantile(probability, n)).toBeCloseTo(expected, 6)
  })

  // Demšar 2006, table 5 and his example: four methods on fourteen data sets, 1.25.
  it('is that of the published example', () => {
    expect(criticalDifference(4, 14)).toBeCloseTo(1.25, 2)
  })
})
