import { describe, expect, it } from 'vitest'
import { resampleCubic, resampleNearest, splineGridSize } from './resample-spline'
import type { Triple, Volume } from './volume'

function lineOf(values: readonly number[], spacing = 1): Volume {
  return { data: Float32Array.from(values), size: [values.length, 1, 1], spacing: [spacing, 1, 1] }
}

const whole = (volume: Volume, step: number) => ({ from: [0, 0, 0] as Triple, size: splineGridSize(volume, step) })

describe('resampleCubic', () => {
  it('is the cubic B-spline with mirrored ends, as scipy.ndimage.map_coordinates(order=3, mode="mirror") has it', () => {
    const image = lineOf([3, -1, 4, 1, -5, 9, 2], 1)
    const expected = [3, -0.10038076923076844, 0.34406153846153714, 4.324219230769232, 2.6722461538461557, -4.150480769230771]
    expected.push(-2.6825846153846276, 8.404149999999996, 4.786338461538464)
    // 0.7 mm along x; y and z have one voxel.
    const line = resampleCubic(image, 0.7, { from: [0, 0, 0], size: [9, 1, 1] })
    expect(line.data.every((value, i) => Math.abs(value - expected[i]!) < 1e-5)).toBe(true)
    const two = resampleCubic(lineOf([1, 5]), 0.25, { from: [0, 0, 0], size: [5, 1, 1] })
    expect([...two.data].map((value) => Number(value.toFixed(5)))).toEqual([1, 1.625, 3, 4.375, 5])
  })

  it('keeps axes and spacings apart', () => {
    // g[x, y, z] = (6 x + 2 y + z)^2 mod 17 + 0.5 of shape 4 x 3 x 2; places 0.75, 1.0 and 0.6 voxels apart, from scipy.
    const size: Triple = [4, 3, 2]
    const data = new Float32Array(24)
    for (let x = 0; x < 4; x++)
      for (let y = 0; y < 3; y++) for (let z = 0; z < 2; z++) data[x + 4 * (y + 3 * z)] = ((6 * x + 2 * y + z) ** 2 % 17) + 0.5
    const image: Volume = { data, size, spacing: [3 / 0.75, 3, 3 / 0.6] }
    const out = resampleCubic(image, 3, { from: [0, 0, 0], size: [5, 3, 2] })
    const at = (x: number, y: number, z: number) => out.data[x + 5 * (y + 3 * z)]
    expect(at(3, 1, 1)).toBeCloseTo(7.576925, 5)
    expect(at(4, 2, 0)).toBeCloseTo(8.5, 5)
    expect(at(1, 1, 1)).toBeCloseTo(12.781575, 5)
  })

  it('gives a region the values that it has in the whole, and its place', () => {
    const image: Volume = {
      data: Float32Array.from({ length: 6 * 5 * 4 }, (_, i) => Math.sin(i * i)),
      size: [6, 5, 4],
      spacing: [0.8, 1.3, 2.5],
      origin: [10, 20, 30],
    }
    const all = resampleCubic(image, 1, whole(image, 1))
    const part = resampleCubic(image, 1, { from: [1, 2, 3], size: [3, 2, 4] })
    expect(part).toMatchObject({ size: [3, 2, 4], spacing: [1, 1, 1], origin: [11, 22, 33] })
    expect(part.data[1 + 3 * (1 + 2 * 2)]).toBe(all.data[2 + all.size[0] * (3 + all.size[1] * 5)])
  })
})

describe('splineGridSize', () => {
  it('goes to the last voxel and not beyond', () => {
    expect(splineGridSize({ size: [512, 512, 240], spacing: [0.976562, 0.7, 1] }, 1)).toEqual([500, 358, 240])
    expect(splineGridSize({ size: [11, 11, 11], spacing: [0.1, 0.3, 2.5] }, 1)).toEqual([2, 4, 26])
  })
})

describe('resampleNearest', () => {
  it('takes the nearest voxel along each axis', () => {
    const label: Volume<Uint8Array> = { data: Uint8Array.from([1, 2, 3, 4]), size: [4, 1, 1], spacing: [2.5, 1, 1] }
    expect([...resampleNearest(label, 1, whole(label, 1)).data]).toEqual([1, 1, 2, 2, 3, 3, 3, 4])
  })
})
