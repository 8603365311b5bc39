import { describe, expect, it } from 'vitest'
import { largestComponent } from '../src/index-node.js'
import { box, empty, maskOf } from './masks.js'

describe('largestComponent', () => {
  it('keeps the larger of two', () => {
    const size = [10, 6, 5]
    const large = box(size, [5, 1, 1], [9, 5, 4])
    const both = maskOf(size, (x, y, z) => (x < 2 && y < 2 && z < 2) || large.data[x + 10 * (y + 6 * z)] === 1)
    const result = largestComponent({ ...both, spacing: [1, 1, 2] })
    expect(result).toMatchObject({ components: 2, voxels: 48 })
    expect(result.mask).toEqual({ ...large, spacing: [1, 1, 2] })
  })

  it('joins voxels that touch in a corner', () => {
    const diagonal = maskOf([4, 4, 4], (x, y, z) => x === y && y === z)
    expect(largestComponent(diagonal)).toMatchObject({ components: 1, voxels: 4 })
    expect(largestComponent(maskOf([4, 4], (x, y) => x === y))).toMatchObject({ components: 1, voxels: 4 })
  })

  it('keeps the first in x of two equally large ones, also where z is scanned first', () => {
    const tie = maskOf([6, 6, 6], (x, y, z) => (x === 5 && y === 0 && z === 0) || (x === 0 && y === 0 && z === 5))
    const { mask, voxels } = largestComponent(tie)
    expect(voxels).toBe(1)
    expect(mask.data[5 * 36]).toBe(1)
  })

  it('leaves an empty mask empty', () => {
    expect(largestComponent(empty([3, 3, 3]))).toEqual({ mask: empty([3, 3, 3]), components: 0, voxels: 0 })
  })

  it('fills a large mask without running out of stack', () => {
    const size = [64, 64, 64]
    expect(largestComponent(maskOf(size, () => true))).toMatchObject({ components: 1, voxels: 64 ** 3 })
  })
})
