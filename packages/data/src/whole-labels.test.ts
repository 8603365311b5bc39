import { describe, expect, it } from 'vitest'
import type { Triple, Volume } from './volume'
import { wholeLabels } from './whole-labels'

const of = (...values: number[]): Volume => ({
  data: Float32Array.from(values),
  size: [values.length, 1, 1] as Triple,
  spacing: [1, 1, 1],
})

describe('wholeLabels', () => {
  it('rounds what misses a whole number by rounding alone, and says so', () => {
    // What nibabel 5.4.2 stores of 0, 1, 2 through a slope for int16.
    const { volume, notes } = wholeLabels(of(0, 1.0000153, 1.9999847, -0.0004, 2))
    expect(volume.data).toEqual(Float32Array.of(0, 1, 2, 0, 2))
    expect(Object.is(volume.data[3], 0)).toBe(true)
    expect(notes).toEqual(['has 3 label voxels that miss a whole number by up to 0.00040; they are rounded'])
  })

  it('leaves whole ones, and any that are no labels', () => {
    for (const volume of [of(0, 1, 2), of(0, 1.002), of(0.5), { ...of(1), data: Uint8Array.of(1) }]) {
      expect(wholeLabels(volume)).toEqual({ volume, notes: [] })
      expect(wholeLabels(volume).volume.data).toBe(volume.data)
    }
  })
})
