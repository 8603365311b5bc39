import { describe, expect, it } from 'vitest'
import { type Definition, evaluateMask, surfaceDistances } from '../src/index-node.js'
import { bruteForceDistances, percentile } from './brute-force.js'
import { box, empty, maskOf, sphere } from './masks.js'

const size = [20, 18, 16]
const prediction = sphere(size, [9, 8, 7], 5)
const reference = sphere(size, [10, 9, 7], 6)

describe('definitions', () => {
  it('names the one that measured in every result', async () => {
    for (const definition of ['medpy', 'monai', 'deepmind'] as const) {
      expect(await surfaceDistances(prediction, reference, { definition })).toMatchObject({ definition, empty: 'error' })
      expect(await evaluateMask(prediction, reference, { definition, empty: 'nan' })).toMatchObject({ definition, empty: 'nan' })
    }
    expect((await surfaceDistances(prediction, reference)).definition).toBe('medpy')
  })

  it('takes the percentile of both directions pooled, or the larger of two', async () => {
    // A speck far away: it is less than 5% of all distances, but more than 5% of one direction.
    const speck = maskOf([40, 8, 8], (x, y, z) => (x < 3 && y < 3 && z < 3) || (x >= 38 && y < 1 && z < 1))
    const large = maskOf([40, 8, 8], (x, y, z) => x < 8 && y < 8 && z < 8)
    const [there, back] = [bruteForceDistances(speck, large, [1, 1, 1]), bruteForceDistances(large, speck, [1, 1, 1])]
    const medpy = await surfaceDistances(speck, large)
    const monai = await surfaceDistances(speck, large, { definition: 'monai' })
    expect(medpy.hd95).toBeCloseTo(percentile([...there, ...back], 95), 12)
    expect(monai.hd95).toBeCloseTo(Math.max(percentile(there, 95), percentile(back, 95)), 4)
    expect(monai.hd95).toBeGreaterThan(medpy.hd95)
  })

  it('measures the area of a box with its edges cut off, per spacing', async () => {
    const [nx, ny, nz] = [7, 5, 4]
    const [sx, sy, sz] = [0.5, 2, 3]
    const cuboid = box([12, 11, 10], [2, 3, 4], [2 + nx, 3 + ny, 4 + nz], [sx, sy, sz])
    const { toReference } = await surfaceDistances(cuboid, cuboid, { definition: 'deepmind', distances: true })
    const faces = 2 * ((nx - 1) * (ny - 1) * sx * sy + (ny - 1) * (nz - 1) * sy * sz + (nx - 1) * (nz - 1) * sx * sz)
    const edges =
      4 * ((nx - 1) * sx * Math.hypot(sy, sz) + (ny - 1) * sy * Math.hypot(sx, sz) + (nz - 1) * sz * Math.hypot(sx, sy))
    const tips = 8 * (Math.hypot(sx * sy, sy * sz, sx * sz) / 8)
    expect(toReference.areas!.reduce((sum, area) => sum + area, 0)).toBeCloseTo(faces + edges / 2 + tips, 9)
    expect(toReference.areas).toHaveLength((nx + 1) * (ny + 1) * (nz + 1) - (nx - 1) * (ny - 1) * (nz - 1))
  })

  it('measures the length of a rectangle with its corners cut off', async () => {
    const rectangle = box([9, 8], [1, 2], [6, 5], [0.5, 3])
    const { toReference } = await surfaceDistances(rectangle, rectangle, { definition: 'deepmind', distances: true })
    const length = 2 * (4 * 0.5 + 2 * 3) + 4 * (Math.hypot(0.5, 3) / 2)
    expect(toReference.areas!.reduce((sum, part) => sum + part, 0)).toBeCloseTo(length, 12)
  })

  it('gives a corner the area of its mirror images and turned ones', async () => {
    const area = async (inside: (x: number, y: number, z: number) => boolean, spacing: number[]) => {
      const shape = maskOf(
        [4, 4, 4],
        (x, y, z) => x > 0 && y > 0 && z > 0 && x < 3 && y < 3 && z < 3 && inside(x - 1, y - 1, z - 1),
      )
      const { toReference } = await surfaceDistances(shape, shape, { definition: 'deepmind', spacing, distances: true })
      return toReference.areas!.reduce((sum, part) => sum + part, 0)
    }
    for (let corner = 1; corner < 255; corner += 11) {
      const bit = (x: number, y: number, z: number) => ((corner >> (x + 2 * y + 4 * z)) & 1) === 1
      const whole = await area(bit, [1, 2, 3])
      expect(await area((x, y, z) => bit(1 - x, y, 1 - z), [1, 2, 3])).toBeCloseTo(whole, 12)
      expect(await area((x, y, z) => bit(z, x, y), [2, 3, 1])).toBeCloseTo(whole, 12)
    }
  })

  it('refuses another', async () => {
    const definition = 'itk' as Definition
    await expect(surfaceDistances(prediction, reference, { definition })).rejects.toThrow(/'itk' is no definition; known: medpy/)
  })
})

describe('normalised surface Dice', () => {
  it('is given at a tolerance only', async () => {
    expect(await surfaceDistances(prediction, reference)).not.toHaveProperty('nsd')
    expect(await surfaceDistances(prediction, reference, { tolerance: 1 })).toMatchObject({
      tolerance: 1,
      nsd: expect.any(Number),
    })
  })

  it('counts what lies within, the tolerance itself included', async () => {
    const [a, b] = [box(size, [2, 2, 2], [8, 8, 8]), box(size, [3, 2, 2], [9, 8, 8])]
    const distances = [...bruteForceDistances(a, b, [1, 1, 1]), ...bruteForceDistances(b, a, [1, 1, 1])]
    for (const tolerance of [0, 0.99, 1, 1.5]) {
      const { nsd } = await surfaceDistances(a, b, { tolerance })
      expect(nsd).toBe(distances.filter((d) => d <= tolerance).length / distances.length)
    }
    // Three steps of 0.1 are more than 0.3 in double precision.
    const moved = box(size, [5, 2, 2], [11, 8, 8])
    expect((await surfaceDistances(a, moved, { tolerance: 0.3, spacing: [0.1, 0.1, 0.1] })).nsd).toBe(1)
  })

  it('follows the policy where a mask is empty', async () => {
    const none = empty(size)
    const nsd = async (policy: 'zero' | 'zero-either' | 'nan' | 'exclude' | 'diagonal', p = none, r = reference) =>
      (await evaluateMask(p, r, { empty: policy, tolerance: 1 })).nsd
    expect(await nsd('zero')).toBe(0)
    expect(await nsd('zero-either', reference, none)).toBe(0)
    expect(await nsd('nan')).toBeNaN()
    expect(await nsd('exclude')).toBeNaN()
    expect(await nsd('diagonal')).toBe(0)
    expect(await nsd('diagonal', none, none)).toBe(1)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a tolerance of %d', async (tolerance) => {
    await expect(surfaceDistances(prediction, reference, { tolerance })).rejects.toThrow(/must be finite and not below 0/)
  })
})
