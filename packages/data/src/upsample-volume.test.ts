import { describe, expect, it } from 'vitest'
import { reduceImage, reduceLabel } from './reduce-volume'
import { upsampleLabelNearest, upsampleTrilinear } from './upsample-volume'
import type { Triple } from './volume'

const spacing: Triple = [1, 1, 1]

describe('upsampleLabelNearest', () => {
  it('repeats each block and lets the last one cover the remainder', () => {
    const label = { data: Uint8Array.of(0, 1), size: [2, 1, 1] as Triple, spacing: [2, 2, 2] as Triple }
    const grid = { size: [5, 2, 3] as Triple, spacing, spacingUnit: 'voxel' as const }
    const upsampled = upsampleLabelNearest(label, grid, 2)
    expect(upsampled).toMatchObject({ size: [5, 2, 3], spacing: [1, 1, 1], spacingUnit: 'voxel' })
    expect(Array.from(upsampled.data)).toEqual(Array.from({ length: 6 }, () => [0, 0, 1, 1, 1]).flat())
  })

  it('gives blocks back unchanged to a reduction', () => {
    const data = Uint8Array.from({ length: 4 * 4 * 4 }, (_, i) => (i * 7) % 2)
    const label = { data, size: [4, 4, 4] as Triple, spacing }
    const grid = { size: [13, 12, 14] as Triple, spacing }
    expect(reduceLabel(upsampleLabelNearest(label, grid, 3), 3).data).toEqual(data)
  })

  it('refuses a label that is no reduction of the grid', () => {
    const label = { data: new Uint8Array(8), size: [2, 2, 2] as Triple, spacing }
    expect(() => upsampleLabelNearest(label, { size: [7, 6, 6], spacing }, 2)).toThrow(
      'upsampleLabelNearest: size [2,2,2] is not [7,6,6] reduced by 2, which is [3,3,3]',
    )
  })
})

describe('upsampleTrilinear', () => {
  it('is linear between block centres and constant beyond', () => {
    const probs = { data: Float32Array.of(0, 1), size: [2, 1, 1] as Triple, spacing }
    const upsampled = upsampleTrilinear(probs, { size: [5, 2, 2], spacing }, 2)
    // Centres lie at 0.5 and 2.5.
    expect(Array.from(upsampled.data.slice(0, 5))).toEqual([0, 0.25, 0.75, 1, 1])
  })

  it('gives a linear ramp back exactly inside', () => {
    const size: Triple = [12, 9, 15]
    const data = Float32Array.from(
      { length: 12 * 9 * 15 },
      (_, i) => (i % 12) + 2 * (Math.floor(i / 12) % 9) - Math.floor(i / 108),
    )
    const ramp = { data, size, spacing }
    const upsampled = upsampleTrilinear(reduceImage(ramp, 3, { restandardise: false }), ramp, 3)
    const at = (x: number, y: number, z: number) => x + 12 * (y + 9 * z)
    for (const place of [at(1, 1, 1), at(5, 4, 7), at(10, 7, 13), at(2, 6, 3)])
      expect(upsampled.data[place]).toBeCloseTo(data[place]!, 5)
  })

  it('changes nothing at factor 1', () => {
    const probs = { data: Float32Array.of(0.25, 0.5, 0.75, 1), size: [2, 2, 1] as Triple, spacing }
    expect(upsampleTrilinear(probs, probs, 1).data).toEqual(probs.data)
  })
})
