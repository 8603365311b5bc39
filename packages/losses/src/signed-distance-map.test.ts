import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { near } from '../test/cases'
import { euclideanDistance } from './euclidean-distance'
import { innerBoundary, signedDistanceMap } from './signed-distance-map'

type Size = [number, number, number]

function box([nx, ny, nz]: Size, from: Size, to: Size): Uint8Array {
  const label = new Uint8Array(nx * ny * nz)
  for (let x = from[0]; x < to[0]; x++)
    for (let y = from[1]; y < to[1]; y++) label.fill(1, (x * ny + y) * nz + from[2], (x * ny + y) * nz + to[2])
  return label
}

const SIX: Size = [6, 6, 6]
/** Values along x (y = z = 2), or along y (x = 0, z = 2), of a 6x6x6 map. */
const alongX = (map: ArrayLike<number>) => Array.from({ length: 6 }, (_, x) => map[(x * 6 + 2) * 6 + 2]!)
const alongY = (map: ArrayLike<number>) => Array.from({ length: 6 }, (_, y) => map[y * 6 + 2]!)

describe('signedDistanceMap', () => {
  it('scales each side by its own maximum and is 0 on the boundary', () => {
    const map = signedDistanceMap(box(SIX, [1, 1, 1], [5, 5, 5]), SIX)
    near(alongX(map), [0.57735, 0, -1, -1, 0, 0.57735], 1e-5)
    expect(map[0]).toBe(1)
  })

  it('does not take the face of the volume for a boundary', () => {
    const map = signedDistanceMap(box(SIX, [0, 1, 1], [4, 5, 5]), SIX)
    near(alongX(map), [-1, -1, -1, 0, 0.408248, 0.816497], 1e-5)
    near(alongY(map), [0.408248, 0, -1, -1, 0, 0.408248], 1e-5)
  })

  it('is 0 for an empty label and NaN for a full one', () => {
    expect([...signedDistanceMap(new Uint8Array(8), [2, 2, 2])]).toEqual(new Array(8).fill(0))
    expect([...signedDistanceMap(new Uint8Array(8).fill(1), [2, 2, 2])]).toEqual(new Array(8).fill(Number.NaN))
  })

  it('turns with the axes', () => {
    const size: Size = [4, 5, 6]
    const label = box(size, [1, 1, 2], [3, 4, 5])
    const map = signedDistanceMap(label, size)
    const turned = signedDistanceMap(box([6, 5, 4], [2, 1, 1], [5, 4, 3]), [6, 5, 4])
    for (let x = 0; x < 4; x++)
      for (let y = 0; y < 5; y++) for (let z = 0; z < 6; z++) expect(turned[(z * 5 + y) * 4 + x]).toBe(map[(x * 5 + y) * 6 + z])
  })

  it('refuses a size that is not that of the label', () => {
    expect(() => signedDistanceMap(new Uint8Array(8), [2, 2, 3])).toThrow(
      'signedDistanceMap: size [2,2,3] does not match 8 voxels',
    )
  })
})

describe('euclideanDistance', () => {
  it('agrees with trying every pair of voxels', () => {
    const size: Size = [5, 4, 7]
    const stream = random(1, 'distance', 0, 0)
    for (const share of [2, 9, 40]) {
      const target = Uint8Array.from({ length: 140 }, () => (stream.integer(0, share) === 0 ? 1 : 0))
      target[stream.integer(0, 140)] = 1
      const place = (i: number) => [Math.floor(i / 28), Math.floor(i / 7) % 4, i % 7]
      const slow = Array.from(target, (_, i) =>
        Math.min(
          ...Array.from(target, (hit, j) =>
            hit ? Math.hypot(...place(i).map((c, axis) => c - place(j)[axis]!)) : Number.POSITIVE_INFINITY,
          ),
        ),
      )
      near(euclideanDistance(target, size), slow, 1e-12)
    }
  })

  it('is Infinity where there is nothing to reach', () => {
    expect([...euclideanDistance(new Uint8Array(4), [1, 2, 2])]).toEqual(new Array(4).fill(Number.POSITIVE_INFINITY))
  })
})

describe('innerBoundary', () => {
  it('holds the outer shell of a box', () => {
    expect(innerBoundary(box(SIX, [1, 1, 1], [5, 5, 5]), SIX).reduce((a, b) => a + b, 0)).toBe(64 - 8)
  })
})
