import { expect, it } from 'vitest'
import { resample, resampledSize } from './resample'
import type { ImageVolume } from './volume'

/** A value that rises evenly along each axis, at the voxels' places. */
function ramp(size: [number, number, number], spacing: [number, number, number]): ImageVolume {
  const [nx, ny, nz] = size
  const data = Float32Array.from({ length: nx * ny * nz }, (_, i) => {
    const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))]
    return (x! + 0.5) * spacing[0] + 10 * (y! + 0.5) * spacing[1] + 100 * (z! + 0.5) * spacing[2]
  })
  return { data, size, spacing, origin: [1, 2, 3], direction: [0, 0, 1, 1, 0, 0, 0, 1, 0] }
}

it('keeps even slopes, finer and coarser, at their place in space', () => {
  for (const to of [
    [0.5, 0.5, 1],
    [2, 3, 2.5],
  ] as [number, number, number][]) {
    const from = ramp([12, 15, 10], [1, 1.5, 2])
    const size = resampledSize(from, to)
    expect(size).toEqual(from.size.map((n, axis) => Math.round((n * from.spacing[axis]!) / to[axis]!)))
    const got = resample(from, to, size)
    const expected = ramp(size, to)
    const inside = (i: number) =>
      [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1]))].every(
        (at, axis) => at > 1 && at < size[axis]! - 3,
      )
    let compared = 0
    got.data.forEach((value, i) => {
      if (!inside(i)) return
      compared++
      expect(value).toBeCloseTo(expected.data[i]!, 2)
    })
    expect(compared).toBeGreaterThan(0)
    // The first centre moves half the difference of the steps, along the axes' directions.
    const [dx, dy, dz] = to.map((step, axis) => (step - from.spacing[axis]!) / 2)
    expect(got.origin).toEqual([1 + dz!, 2 + dx!, 3 + dy!])
  }
})

it('refuses a grid that no array holds', () => {
  expect(() => resampledSize({ size: [35, 51, 35], spacing: [1, 1, 1] }, [1e-9, 1, 1])).toThrow(
    '35 x 51 x 35 voxels of 1 x 1 x 1 mm would become 35000000000 x 51 x 35 voxels of 1e-9 x 1 x 1 mm, more than an array takes; expected a longer spacing',
  )
})

it('returns the same values on the same grid', () => {
  const from = ramp([4, 3, 5], [1, 1, 1])
  expect(resample(from, from.spacing, from.size).data).toEqual(from.data)
})
