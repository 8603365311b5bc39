import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { smallCase } from '../test/small-case'
import { cropInto, cropRange, drawCropStart } from './random-crop'
import type { Triple } from './volume'
import { viewOf } from './volume-view'

describe('cropRange', () => {
  const table: [string, Triple, Triple, Triple, Triple][] = [
    ['LA never pads', [148, 132, 88], [112, 112, 80], [0, 0, 0], [36, 20, 8]],
    ['one axis equal to the patch pads it', [112, 150, 88], [112, 112, 80], [3, 0, 0], [6, 38, 8]],
    [
      'axes up to four larger are padded too, by the floor of a negative half',
      [112, 116, 81],
      [112, 112, 80],
      [3, 1, 2],
      [6, 6, 5],
    ],
    ['five larger is not', [112, 117, 88], [112, 112, 80], [3, 0, 0], [6, 5, 8]],
  ]
  it.each(table)('%s', (_, size, patch, pad, startCount) => {
    const paddedSize = size.map((n, axis) => n + 2 * pad[axis]!)
    expect(cropRange(size, patch)).toEqual({ pad, paddedSize, startCount })
  })

  it('refuses sizes that are none', () => {
    expect(() => cropRange([10, 0, 3], [2, 2, 2])).toThrow('cropRange: size [10,0,3] and patch [2,2,2] must be positive integers')
    expect(() => cropRange([10, 3, 3], [2, 2.5, 2])).toThrow('patch [2,2.5,2]')
  })
})

describe('drawCropStart', () => {
  it('uses every start but the last possible one', () => {
    const range = cropRange([8, 9, 10], [5, 5, 5])
    const drawn: Set<number>[] = [new Set(), new Set(), new Set()]
    for (let iteration = 0; iteration < 300; iteration++) {
      drawCropStart(range, random(7, 'crop', iteration, 0)).forEach((start, axis) => {
        drawn[axis]!.add(start)
      })
    }
    expect(drawn.map((starts) => [...starts].sort((a, b) => a - b))).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ])
  })
})

describe('cropInto', () => {
  it('copies the window in tensor order, zeros outside', () => {
    const { image } = smallCase('A', [3, 2, 2], 1)
    const target = new Float32Array(1 + 2 * 3 * 3).fill(-1)
    cropInto(target, 1, viewOf(image), [2, 3, 3], [2, 0, 1], [1, 1, 1])
    // x 1 and 2; y -1 (outside), 0, 1; z 0, 1, 2 (outside).
    expect(Array.from(target)).toEqual([-1, 0, 0, 0, 2, 10002, 0, 102, 10102, 0, 0, 0, 0, 3, 10003, 0, 103, 10103, 0])
  })

  it('is all zeros where the window misses the volume', () => {
    const { image } = smallCase('A', [3, 2, 2], 1)
    const target = new Float32Array(8).fill(-1)
    cropInto(target, 0, viewOf(image), [2, 2, 2], [0, 0, 0], [4, 4, 4])
    expect(Array.from(target)).toEqual(Array(8).fill(0))
  })
})
