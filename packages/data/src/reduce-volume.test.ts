import { describe, expect, it } from 'vitest'
import { reduceImage, reduceLabel, standardise } from './reduce-volume'
import type { ImageVolume, LabelVolume, Triple } from './volume'

function image(size: Triple, data: number[]): ImageVolume {
  return { data: Float32Array.from(data), size, spacing: [1, 1, 1] }
}

function label(size: Triple, data: number[]): LabelVolume {
  return { data: Uint8Array.from(data), size, spacing: [1, 1, 1] }
}

describe('reduceImage', () => {
  it('takes the mean of each block and drops the remainder', () => {
    const reduced = reduceImage(image([3, 2, 2], [1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9]), 2, { restandardise: false })
    expect(reduced).toMatchObject({ size: [1, 1, 1], spacing: [2, 2, 2] })
    expect(Array.from(reduced.data)).toEqual([4.5])
  })

  it('gives every block its place, x fastest', () => {
    const data = Array.from({ length: 64 }, (_, i) => [(i % 4) >> 1, ((i >> 2) % 4) >> 1, i >> 5]).map(
      ([x, y, z]) => x! + 2 * y! + 4 * z!,
    )
    expect(Array.from(reduceImage(image([4, 4, 4], data), 2, { restandardise: false }).data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('has mean 0 and deviation 1 again, unless told otherwise', () => {
    const { data } = reduceImage(
      image(
        [4, 2, 2],
        Array.from({ length: 16 }, (_, i) => 7 + (i % 4 > 1 ? 2 : 0)),
      ),
      2,
    )
    expect(Array.from(data)).toEqual([-1, 1])
    expect(Array.from(reduceImage(image([1, 1, 2], [3, 5]), 1).data)).toEqual([3, 5])
  })

  it('moves the origin to the centre of the first block', () => {
    const turned = {
      ...image([2, 2, 2], Array(8).fill(1)),
      spacing: [1, 2, 4] as Triple,
      origin: [10, 20, 30] as Triple,
      direction: [0, -1, 0, 1, 0, 0, 0, 0, 1],
    }
    expect(reduceImage(turned, 2)).toMatchObject({ spacing: [2, 4, 8], origin: [9, 20.5, 32] })
  })

  it('refuses factors that do not fit', () => {
    expect(() => reduceImage(image([3, 2, 2], Array(12).fill(0)), 3)).toThrow(
      'reduce: factor 3 does not fit size [3,2,2]; take an integer from 1 to the shortest axis',
    )
    expect(() => reduceImage(image([3, 2, 2], Array(12).fill(0)), 1.5)).toThrow('factor 1.5')
  })
})

describe('reduceLabel', () => {
  it.each([
    [3, 0],
    [4, 1],
    [5, 1],
  ])('a block of 8 with %i foreground voxels becomes %i', (count, majority) => {
    const data = Array.from({ length: 8 }, (_, i) => (i < count ? 1 : 0))
    expect(Array.from(reduceLabel(label([2, 2, 2], data), 2).data)).toEqual([majority])
  })

  it.each([
    [[0, 0, 0, 1, 1, 2, 2, 2], 2],
    [[0, 0, 0, 0, 1, 1, 2, 2], 0],
    [[0, 0, 0, 1, 1, 1, 2, 2], 1],
    [[0, 0, 2, 2, 1, 1, 3, 3], 1],
    [[0, 9, 9, 2, 2, 2, 0, 0], 2],
  ])('a block of %j becomes what most of it is, of equal ones the lowest class', (data, majority) => {
    expect(Array.from(reduceLabel(label([2, 2, 2], data), 2).data)).toEqual([majority])
  })

  it('can lie in shared memory', () => {
    expect(reduceLabel(label([2, 2, 2], Array(8).fill(1)), 2, { shared: true }).data.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

describe('standardise', () => {
  it('makes constant values 0', () => {
    const values = Float32Array.of(3, 3, 3)
    standardise(values)
    expect(Array.from(values)).toEqual([0, 0, 0])
  })
})
