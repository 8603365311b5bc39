import { describe, expect, it } from 'vitest'
import { axesOf, cropTo, reorient, reorientBack, uncrop } from './reorient'
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

const DIRECTIONS = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 1, 1, 0, 0, 0, 1, 0],
  [0, -1, 0, 0, 0, 1, -1, 0, 0],
  [0, -0.8, 0.6, 1, 0, 0, 0, 0.6, 0.8],
]

describe('reorient', () => {
  it.each(DIRECTIONS.flatMap((direction) => ['LPS', 'RAS', 'IRP'].map((axes) => [direction, axes] as const)))(
    'keeps every value at its place in space and can be undone: %j to %s',
    (direction, axes) => {
      const before = { ...volume, direction: [...direction] }
      const turned = reorient(before, axes)
      expect(placed(turned)).toEqual(placed(before))
      expect(axesOf(turned)).toBe(axes)
      expect(reorientBack(turned.data, before, axes)).toEqual(before.data)
    },
  )

  it('takes a volume without direction for LPS', () => {
    const { origin: _, ...silent } = volume
    const { data, origin } = reorient(silent, 'LPS')
    expect({ data, origin }).toEqual({ data: volume.data })
    expect(axesOf(silent)).toBeUndefined()
    expect(axesOf(volume)).toBe('LPS')
  })

  it.each(['', 'LP', 'LPL', 'LPX', 'LPSI', 'lps'])('refuses «%s»', (axes) => {
    expect(() => reorient(volume, axes)).toThrow(/no axes; expected one of L R/)
  })
})

it('names where axes run to', () => {
  expect(DIRECTIONS.map((direction) => axesOf({ direction }))).toEqual(['LPS', 'RAS', 'PSL', 'IRP', 'PRS'])
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
