import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  affineMatrix,
  fromTensorOrder,
  gaussianBlur,
  lowerResolution,
  type Placement,
  sampleImage,
  sampleLabel,
  type Triple,
  viewOf,
  voxelCount,
} from '../src'
import { flip, transposeXY, type VolumeView } from '../src/volume-view'

interface Crop {
  size: Triple
  patch: Triple
  centre: Triple
  degrees: Triple
  scale: Triple
  image: number[]
  label: number[]
}

const kit = JSON.parse(readFileSync(new URL('fixtures/augment.json', import.meta.url), 'utf8')) as {
  versions: Record<string, string>
  crops: Crop[]
  blurs: { size: Triple; sigma: Triple; image: number[] }[]
  coarse: { size: Triple; share: Triple; image: number[] }[]
}

/** Values reach 12.6; the fixture has seven digits. */
const TOLERANCE = 2e-5

describe(`by scipy ${kit.versions.scipy}`, () => {
  it.each(kit.crops)('a crop turned by $degrees degrees at scale $scale', ({ size, image, label, ...crop }) => {
    const values = new Float32Array(image.length)
    sampleImage(values, viewOf({ data: fromTensorOrder(imageOf(size), size), size, spacing: [1, 1, 1] }), placementOf(crop))
    expect(farthest(values, image)).toBeLessThan(TOLERANCE)
    const labels = new Uint8Array(label.length)
    sampleLabel(labels, viewOf({ data: fromTensorOrder(labelOf(size), size), size, spacing: [1, 1, 1] }), placementOf(crop))
    expect(Array.from(labels)).toEqual(label)
  })

  it.each(kit.crops)('the same from a volume seen through other strides, $degrees degrees', ({ size, image, label, ...crop }) => {
    const values = new Float32Array(image.length)
    sampleImage(values, askew(fromTensorOrder(imageOf(size), size), size), placementOf(crop))
    expect(farthest(values, image)).toBeLessThan(TOLERANCE)
    const labels = new Uint8Array(label.length)
    sampleLabel(labels, askew(fromTensorOrder(labelOf(size), size), size), placementOf(crop))
    expect(Array.from(labels)).toEqual(label)
  })

  it.each(kit.blurs)('a blur of $sigma voxels', ({ size, sigma, image }) => {
    const values = imageOf(size)
    gaussianBlur(values, size, sigma)
    expect(farthest(values, image)).toBeLessThan(TOLERANCE)
  })

  it.each(kit.coarse)('a grid thinned out to $share', ({ size, share, image }) => {
    const values = imageOf(size)
    lowerResolution(values, size, share)
    expect(farthest(values, image)).toBeLessThan(TOLERANCE)
  })
})

/** The formulas of fixtures/augment.py, z fastest. */
function imageOf(size: Triple): Float32Array {
  return Float32Array.from({ length: voxelCount(size) }, (_, i) => ((i * 7919) % 101) / 8)
}

function labelOf(size: Triple): Uint8Array {
  const [, ny, nz] = size
  return Uint8Array.from({ length: voxelCount(size) }, (_, i) => {
    const [x, y, z] = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz]
    return Math.floor((3 * x + 5 * y + 7 * z) / 11) % 3
  })
}

function placementOf({ patch, centre, degrees, scale }: Omit<Crop, 'size' | 'image' | 'label'>): Placement {
  return { patch, centre, matrix: affineMatrix(degrees.map((one) => (one * Math.PI) / 180) as Triple, scale) }
}

/** The same volume, stored with x and y exchanged and all axes backwards. */
function askew<T extends Float32Array | Uint8Array>(data: T, [nx, ny, nz]: Triple): VolumeView<T> {
  const stored = data.slice() as T
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) stored[ny - 1 - y + ny * (nx - 1 - x + nx * (nz - 1 - z))] = data[x + nx * (y + ny * z)]!
    }
  }
  const view = viewOf<T>({ data: stored, size: [ny, nx, nz], spacing: [1, 1, 1] } as never)
  return transposeXY(flip(flip(flip(view, 0), 1), 2))
}

function farthest(values: ArrayLike<number>, expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length)
  return Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)))
}
