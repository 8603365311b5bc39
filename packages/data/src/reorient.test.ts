import { describe, expect, it } from 'vitest'
import { cropTo, fromLps, toLps, uncrop } from './reorient'
import type { Triple, Volume } from './volume'

const volume: Volume<Int16Array> = {
  data: Int16Array.from({ length: 24 }, (_, i) => i),
  size: [2, 3, 4],
  spacing: [0.5, 1, 2],
  origin: [10, 20, 30],
}

/** Position of a voxel in space, as ITK has it: origin + direction * (spacing * index). */
function positionOf({ origin, direction, spacing }: Volume, index: Triple): number[] {
  const turn = direction ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]
  return origin!.map((at, row) => index.reduce((sum, n, axis) => sum + turn[3 * row + axis]! * spacing[axis]! * n, at))
}

/** The value at every position. */
function placed(one: Volume): Map<string, number> {
  const [nx, ny] = one.size
  return new Map(
    Array.from(one.data, (value, i) => {
      const index: Triple = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))]
      return [
        positionOf(one, index)
          .map((at) => at.toFixed(6))
          .join(' '),
        value,
      ]
    }),
  )
}

describe('toLps', () => {
  it.each([
    [[1, 0, 0, 0, 1, 0, 0, 0, 1]],
    [[-1, 0, 0, 0, -1, 0, 0, 0, 1]],
    [[0, 0, 1, 1, 0, 0, 0, 1, 0]],
    [[0, -1, 0, 0, 0, 1, -1, 0, 0]],
    [[0, -0.8, 0.6, 1, 0, 0, 0, 0.6, 0.8]],
  ])('keeps every value at its place in space and can be undone: %j', (direction) => {
    const before = { ...volume, direction }
    const turned = toLps(before)
    expect(placed(turned)).toEqual(placed(before))
    for (const axis of [0, 1, 2]) expect(turned.direction![4 * axis]).toBeGreaterThan(0.5)
    expect(fromLps(turned.data, before)).toEqual(before.data)
  })

  it('leaves a volume without direction as it is', () => {
    expect(toLps(volume).data).toEqual(volume.data)
  })
})

describe('cropTo', () => {
  it('keeps values at their places and goes back', () => {
    const part = cropTo({ ...volume, direction: [0, 0, 1, 1, 0, 0, 0, 1, 0] }, [0, 1, 1], [2, 3, 3])
    expect(part.size).toEqual([2, 2, 2])
    const all = placed({ ...volume, direction: [0, 0, 1, 1, 0, 0, 0, 1, 0] })
    for (const [place, value] of placed(part)) expect(all.get(place)).toBe(value)
    const back = uncrop(part.data, part.size, [0, 1, 1], volume.size)
    expect(Array.from(back.filter((value) => value > 0))).toEqual(Array.from(part.data))
    expect(back[volume.data.indexOf(part.data[0]!)]).toBe(part.data[0])
  })
})
