import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { smallCase } from '../test/small-case'
import { drawRotFlip, type RotFlip, rotFlip } from './rot-flip'

const DRAWS = ([0, 1, 2, 3] as const).flatMap((turns) => ([0, 1] as const).map((flipAxis): RotFlip => ({ turns, flipAxis })))

describe('rotFlip', () => {
  it('flips one row', () => {
    const row = {
      data: Uint8Array.of(1, 2, 3),
      size: [3, 1, 1] as [number, number, number],
      spacing: [1, 2, 3] as [number, number, number],
    }
    expect(Array.from(rotFlip(row, { turns: 0, flipAxis: 0 }).data)).toEqual([3, 2, 1])
    expect(Array.from(rotFlip(row, { turns: 0, flipAxis: 1 }).data)).toEqual([1, 2, 3])
  })

  it('turns size and spacing with the voxels', () => {
    const { image } = smallCase('A', [2, 3, 4])
    const turned = rotFlip({ ...image, spacing: [1, 2, 3] }, { turns: 1, flipAxis: 0 })
    expect(turned.size).toEqual([3, 2, 4])
    expect(turned.spacing).toEqual([2, 1, 3])
    // A quarter turn and then a flip along x is a transposition.
    expect(Array.from(turned.data.slice(0, 6))).toEqual([0, 100, 200, 1, 101, 201])
  })

  it.each(DRAWS)('moves every voxel once and keeps z: %o', (draw) => {
    const { image } = smallCase('A', [3, 4, 2])
    const turned = rotFlip(image, draw)
    expect([...turned.data].sort((a, b) => a - b)).toEqual([...image.data].sort((a, b) => a - b))
    expect([...turned.data.slice(0, 12)].every((value) => value < 10000)).toBe(true)
  })

  it('undoes itself: four turns with an even number of flips', () => {
    const { image } = smallCase('A', [3, 4, 2])
    for (const draw of DRAWS) {
      let there = rotFlip(image, draw)
      // Turn then flip is a reflection of the plane, which is its own inverse.
      there = rotFlip(there, draw)
      expect(there.data).toEqual(image.data)
    }
  })

  it('draws all eight, each about as often', () => {
    const counts = new Map<string, number>()
    for (let iteration = 0; iteration < 800; iteration++) {
      const { turns, flipAxis } = drawRotFlip(random(1, 'rot-flip', iteration, 0))
      counts.set(`${turns}${flipAxis}`, (counts.get(`${turns}${flipAxis}`) ?? 0) + 1)
    }
    expect(counts.size).toBe(8)
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40)
  })
})
