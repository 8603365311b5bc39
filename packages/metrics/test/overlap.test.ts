import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overlap } from '../src/index-node.js'
import { box, empty } from './masks.js'

const cube = [12, 12, 12]

describe('overlap', () => {
  it('gives the published numbers of two overlapping boxes', () => {
    const result = overlap(box(cube, [2, 2, 2], [8, 8, 8]), box(cube, [3, 2, 2], [10, 8, 8]))
    expect(result.counts).toEqual({ prediction: 216, reference: 252, intersection: 180 })
    expect(result.dice).toBeCloseTo(0.7692308, 7)
    expect(result.jaccard).toBe(0.625)
    expect(result.precision).toBe(180 / 216)
    expect(result.recall).toBe(180 / 252)
    expect(result.volumeDifference).toBe(-36)
    expect(result.relativeVolumeDifference).toBe(-36 / 252)
  })

  it('gives the volume difference in the unit of the spacing', () => {
    const masks = [box(cube, [0, 0, 0], [3, 3, 3]), box(cube, [0, 0, 0], [2, 2, 2])] as const
    expect(overlap(...masks, { spacing: [0.5, 2, 3] }).volumeDifference).toBe(19 * 3)
  })

  it('scores two empty masks as medpy does', () => {
    const result = overlap(empty(cube), empty(cube))
    expect(result).toMatchObject({
      dice: 1,
      jaccard: 1,
      precision: 0,
      recall: 0,
      volumeDifference: 0,
      relativeVolumeDifference: Number.NaN,
    })
  })

  it('scores one empty mask as zero', () => {
    const some = box(cube, [0, 0, 0], [3, 3, 3])
    expect(overlap(empty(cube), some)).toMatchObject({
      dice: 0,
      jaccard: 0,
      precision: 0,
      recall: 0,
      relativeVolumeDifference: -1,
    })
    expect(overlap(some, empty(cube))).toMatchObject({ dice: 0, jaccard: 0, relativeVolumeDifference: Number.NaN })
  })

  it('counts as a plain loop does, at any length and offset', () => {
    const bits = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 1,
      maxLength: 70,
    })
    fc.assert(
      fc.property(bits, fc.integer({ min: 0, max: 9 }), (pairs, offset) => {
        const size = [pairs.length, 1]
        const [p, r] = [0, 1].map((side) => {
          const data = new Uint8Array(pairs.length + offset + 5).fill(1).subarray(offset, offset + pairs.length)
          data.set(pairs.map((pair) => pair[side]!))
          return { data, size }
        }) as [{ data: Uint8Array; size: number[] }, { data: Uint8Array; size: number[] }]
        expect(overlap(p, r).counts).toEqual({
          prediction: pairs.filter(([u]) => u).length,
          reference: pairs.filter(([, v]) => v).length,
          intersection: pairs.filter(([u, v]) => u && v).length,
        })
      }),
      { numRuns: 200, seed: 20263 },
    )
  })
})
