import { describe, expect, it } from 'vitest'
import { surfaceDistancesNode } from '../src/index-node.js'
import { bruteForceDistances } from './brute-force.js'
import { box, maskOf, sphere } from './masks.js'

const cube = [12, 12, 12]

describe('surfaceDistancesNode', () => {
  it('gives the published numbers of two overlapping boxes', async () => {
    const result = await surfaceDistancesNode(box(cube, [2, 2, 2], [8, 8, 8]), box(cube, [3, 2, 2], [10, 8, 8]))
    expect(result).toMatchObject({ hd: 2, hd95: 2, surfacePoints: { prediction: 152, reference: 172 }, definition: 'medpy' })
    expect(result.asd).toBeCloseTo(0.3684211, 7)
    expect(result.asdReverse).toBeCloseTo(0.627907, 7)
    expect(result.assd).toBeCloseTo((152 * result.asd + 172 * result.asdReverse) / 324, 12)
    expect(result.assdOfMeans).toBeCloseTo((result.asd + result.asdReverse) / 2, 12)
  })

  it('is zero for the same mask', async () => {
    const mask = sphere([20, 20, 20], [9, 10, 9], 6)
    expect(await surfaceDistancesNode(mask, mask)).toMatchObject({ hd: 0, hd95: 0, asd: 0, assd: 0 })
  })

  it('measures a shifted sphere as far as it was shifted', async () => {
    const size = [34, 26, 26]
    const result = await surfaceDistancesNode(sphere(size, [12, 12, 12], 9), sphere(size, [16, 12, 12], 9))
    expect(result.hd).toBe(4)
    expect(result.asd).toBeCloseTo(result.asdReverse, 12)
  })

  it('measures concentric spheres as the difference of their radii, to a voxel', async () => {
    const size = [30, 30, 30]
    const result = await surfaceDistancesNode(sphere(size, [14, 14, 14], 7), sphere(size, [14, 14, 14], 12))
    for (const value of [result.hd, result.hd95]) expect(Math.abs(value - 5)).toBeLessThan(1)
    for (const value of [result.asd, result.assd]) expect(Math.abs(value - 5)).toBeLessThan(0.5)
  })

  it('measures in the unit of the spacing, per axis', async () => {
    const size = [9, 9, 9]
    const a = box(size, [4, 4, 2], [5, 5, 3])
    const b = box(size, [6, 5, 6], [7, 6, 7])
    expect((await surfaceDistancesNode(a, b)).hd).toBeCloseTo(Math.hypot(2, 1, 4), 12)
    expect((await surfaceDistancesNode(a, b, { spacing: [0.5, 3, 2.5] })).hd).toBeCloseTo(Math.hypot(1, 3, 10), 12)
    const spacing = [0.5, 3, 2.5]
    const spaced = [
      { ...a, spacing },
      { ...b, spacing },
    ] as const
    const result = await surfaceDistancesNode(...spaced)
    expect(result.hd).toBeCloseTo(Math.hypot(1, 3, 10), 12)
    expect(result.spacing).toEqual([0.5, 3, 2.5])
    expect((await surfaceDistancesNode(...spaced, { spacing: 'voxel' })).hd).toBeCloseTo(Math.hypot(2, 1, 4), 12)
  })

  it('keeps the two directions apart', async () => {
    // A speck far from a good overlap: only the way from the prediction is long.
    const reference = box(cube, [0, 0, 0], [4, 4, 4])
    const prediction = maskOf(cube, (x, y, z) => (x < 4 && y < 4 && z < 4) || (x === 11 && y === 0 && z === 0))
    const result = await surfaceDistancesNode(prediction, reference, { distances: true })
    expect(result.toReference).toMatchObject({ maximum: 8 })
    expect(result.toPrediction).toMatchObject({ mean: 0, percentile95: 0, maximum: 0 })
    expect(result.toReference.distances).toHaveLength(result.surfacePoints.prediction)
    expect(result.toReference.distances!.filter((d) => d > 0)).toEqual(new Float64Array([8]))
    expect(result.toPrediction.distances).toHaveLength(result.surfacePoints.reference)
    expect((await surfaceDistancesNode(prediction, reference)).toReference.distances).toBeUndefined()
  })

  it('counts the edge of the volume as background', async () => {
    const full = maskOf([5, 6, 7], () => true)
    expect((await surfaceDistancesNode(full, full)).surfacePoints.prediction).toBe(5 * 6 * 7 - 3 * 4 * 5)
  })

  it('tells a 2-D mask from a 3-D one with a single slice', async () => {
    const disc = sphere([15, 13], [7, 6], 5)
    const slice = { ...disc, size: [15, 13, 1] }
    const foreground = disc.data.filter((v) => v === 1).length
    expect((await surfaceDistancesNode(disc, disc)).surfacePoints.prediction).toBeLessThan(foreground)
    expect((await surfaceDistancesNode(slice, slice)).surfacePoints.prediction).toBe(foreground)
  })

  it.each([[[1, 1, 9]], [[1, 9, 1]], [[9, 1, 1]], [[9, 1]], [[1, 9]]])('measures along the only axis of %j', async (size) => {
    const axis = size.indexOf(9)
    const at = (place: number) => maskOf(size, (...p) => p[axis] === place)
    expect(await surfaceDistancesNode(at(1), at(7), { spacing: size.map(() => 0.5) })).toMatchObject({ hd: 3, hd95: 3, asd: 3 })
  })

  it.each([
    ['small and far apart', sphere([8, 90, 80], [3, 4, 3], 3), sphere([8, 90, 80], [4, 85, 74], 3)],
    ['far apart along z only', sphere([9, 9, 90], [4, 4, 4], 3), sphere([9, 9, 90], [4, 4, 80], 3)],
    ['large and far apart', maskOf([30, 30, 40], (_x, _y, z) => z === 0), maskOf([30, 30, 40], (x, _y, z) => z === 39 - (x % 3))],
    ['flat and far apart', sphere([60, 50], [5, 5], 4), sphere([60, 50], [50, 44], 4)],
    [
      'near with an outlier',
      sphere([9, 90, 9], [4, 6, 4], 3),
      maskOf([9, 90, 9], (x, y, z) => y === 88 || (x === 4 && y === 6 && z === 4)),
    ],
  ])('finds the nearest of surfaces that are %s', async (_, prediction, reference) => {
    const spacing = [0.7, 1.1, 2.3].slice(0, prediction.size.length)
    const result = await surfaceDistancesNode(prediction, reference, { spacing, distances: true })
    const close = (got: Float64Array, wanted: number[]) => {
      expect(got).toHaveLength(wanted.length)
      expect(Math.max(...wanted.map((distance, k) => Math.abs(distance - got[k]!)))).toBeLessThan(1e-12 * 300)
    }
    close(result.toReference.distances!, bruteForceDistances(prediction, reference, spacing))
    close(result.toPrediction.distances!, bruteForceDistances(reference, prediction, spacing))
  })

  it('reads a view at its own offset, not the buffer from its start', async () => {
    const reference = box(cube, [3, 2, 2], [10, 8, 8])
    const prediction = box(cube, [2, 2, 2], [8, 8, 8])
    const expected = await surfaceDistancesNode(prediction, reference)
    for (const offset of [1, 4, 12]) {
      const buffer = new Uint8Array(12 ** 3 + 32).fill(1)
      buffer.set(prediction.data, offset)
      const view = { ...prediction, data: buffer.subarray(offset, offset + 12 ** 3) }
      expect(await surfaceDistancesNode(view, reference)).toEqual(expected)
    }
  })

  it('takes every kind of array and leaves it as it was', async () => {
    const reference = box(cube, [3, 2, 2], [10, 8, 8])
    const prediction = box(cube, [2, 2, 2], [8, 8, 8])
    const expected = await surfaceDistancesNode(prediction, reference)
    for (const Kind of [Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Int32Array, Float32Array, Float64Array]) {
      const data = Kind.from(prediction.data)
      expect(await surfaceDistancesNode({ ...prediction, data }, reference)).toEqual(expected)
      expect(data).toEqual(Kind.from(prediction.data))
    }
    const shared = new Uint8Array(new SharedArrayBuffer(12 ** 3))
    shared.set(prediction.data)
    expect(await surfaceDistancesNode({ ...prediction, data: shared }, reference)).toEqual(expected)
  })
})
