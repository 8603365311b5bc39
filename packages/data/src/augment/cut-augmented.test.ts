import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { cropRange, drawCropStart } from '../random-crop'
import type { ImageVolume, LabelVolume, Triple } from '../volume'
import { affineMatrix } from './affine-matrix'
import { type AugmentationDraw, drawAugmentation } from './augmentation'
import { type CropPlace, cutAugmented } from './cut-augmented'

const SIZE: Triple = [24, 20, 18]
const PATCH: Triple = [9, 8, 7]
const TURNED = affineMatrix([0.4, -0.3, 0.5], [1.2, 1.2, 1.2])
const stream = () => random(1, 'augment', 0, 0)

function volumes(
  imageAt: (x: number, y: number, z: number) => number,
  labelAt: (x: number, y: number, z: number) => number,
): { image: ImageVolume; label: LabelVolume } {
  const [nx, ny, nz] = SIZE
  const image = new Float32Array(nx * ny * nz)
  const label = new Uint8Array(image.length)
  for (let at = 0; at < image.length; at++) {
    const [x, y, z] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))] as const
    image[at] = imageAt(x, y, z)
    label[at] = labelAt(x, y, z)
  }
  return { image: { data: image, size: SIZE, spacing: [1, 1, 1] }, label: { data: label, size: SIZE, spacing: [1, 1, 1] } }
}

/** In the middle of the volume: what is turned stays within. */
const MIDDLE: CropPlace = { patch: PATCH, start: [8, 6, 5], pad: [0, 0, 0] }

function mirroredBy<T extends Float32Array | Uint8Array>(values: T, axes: readonly number[]): T {
  const [, ny, nz] = PATCH
  return values.map((_, at) => {
    const place = [Math.floor(at / (ny * nz)), Math.floor(at / nz) % ny, at % nz].map((n, axis) =>
      axes.includes(axis) ? PATCH[axis]! - 1 - n : n,
    )
    return values[(place[0]! * ny + place[1]!) * nz + place[2]!]!
  }) as T
}

describe('cutAugmented', () => {
  it('moves image and label alike: where the image is above a value, there is the label', () => {
    const plane = (x: number, y: number, z: number) => x + 0.7 * y - 0.4 * z
    const both = volumes(plane, (x, y, z) => (plane(x, y, z) > 15.2 ? 1 : 0))
    let [moved, foreground] = [0, 0]
    for (let i = 0; i < 40; i++) {
      const random1 = random(3, 'augment', i, 0)
      const { matrix, mirror } = drawAugmentation({ kind: 'strong', mirrorAxes: [0, 1, 2] }, PATCH, random1)
      const { image, label } = cutAugmented(both, MIDDLE, { ...(matrix && { matrix }), mirror }, random1)
      if (matrix) moved++
      // A border between voxels is where it was to within a voxel's diagonal.
      const wrong = label!.filter((one, at) => Math.abs(image[at]! - 15.2) > 1.3 && one !== (image[at]! > 15.2 ? 1 : 0))
      expect(wrong).toHaveLength(0)
      foreground += label!.reduce((sum, one) => sum + one, 0)
    }
    expect(moved).toBeGreaterThan(5)
    expect(foreground).toBeGreaterThan(1000)
  })

  it('invents no label', () => {
    const { image, label } = volumes(
      () => 0,
      (x, y, z) => [0, 3, 7][Math.floor((x + 2 * y + z) / 5) % 3]!,
    )
    const cut = cutAugmented({ image, label }, MIDDLE, { matrix: TURNED, mirror: [] }, stream())
    expect(new Set(cut.label)).toEqual(new Set([0, 3, 7]))
  })

  it('shows what the volume has beyond the box of the crop, and 0 where the volume ends', () => {
    const ones = volumes(
      () => 1,
      () => 1,
    )
    const inside = cutAugmented(ones, MIDDLE, { matrix: TURNED, mirror: [] }, stream())
    expect(inside.image.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true)
    expect(new Set(inside.label)).toEqual(new Set([1]))
    const corner = cutAugmented(ones, { ...MIDDLE, start: [0, 0, 0] }, { matrix: TURNED, mirror: [] }, stream())
    expect(corner.image.some((value) => value === 0)).toBe(true)
    expect(Array.from(corner.label!)).toEqual(Array.from(corner.image, (value) => (value > 0.5 ? 1 : 0)))
  })

  it('without rotation and scale is the crop itself, also when it lies on padding', () => {
    const both = volumes(
      (x, y, z) => x + 100 * y + 10000 * z,
      (x, y, z) => (x + y + z) % 2,
    )
    const identity = affineMatrix([0, 0, 0], [1, 1, 1])
    const patch: Triple = [26, 9, 20]
    const range = cropRange(SIZE, patch)
    const place = { patch, start: drawCropStart(range, stream()), pad: range.pad }
    const plain = cutAugmented(both, place, { mirror: [] }, stream())
    expect(plain.image.some((value) => value > 0)).toBe(true)
    expect(cutAugmented(both, place, { matrix: identity, mirror: [] }, stream())).toEqual(plain)
  })

  it.each([{ mirror: [0] }, { mirror: [1, 2] }, { mirror: [0, 1, 2] }, { matrix: TURNED, mirror: [0, 2] }] as AugmentationDraw[])(
    'mirrors the crop that it would have cut: %o',
    (draw) => {
      const both = volumes(
        (x, y, z) => x + 100 * y + 10000 * z,
        (x, y, z) => (x + y + z) % 2,
      )
      for (const place of [MIDDLE, { patch: PATCH, start: [1, 14, 0], pad: [3, 1, 2] } as CropPlace]) {
        const plain = cutAugmented(both, place, { ...draw, mirror: [] }, stream())
        const mirrored = cutAugmented(both, place, draw, stream())
        expect(mirrored.image).not.toEqual(plain.image)
        const expected = mirroredBy(plain.image, draw.mirror)
        // Sums in another order.
        const apart = Math.max(...mirrored.image.map((value, at) => Math.abs(value - expected[at]!)))
        expect(apart).toBeLessThanOrEqual(draw.matrix ? 0.02 : 0)
        const label = mirroredBy(plain.label!, draw.mirror)
        const differing = mirrored.label!.filter((value, at) => value !== label[at]).length
        // Ties of a checkerboard are decided by rounding.
        expect(differing).toBeLessThanOrEqual(draw.matrix ? 2 : 0)
      }
    },
  )

  it('does each of the changes that were drawn', () => {
    const both = volumes(
      (x, y, z) => Math.sin(x) + Math.cos(1.3 * y) + 0.2 * z,
      () => 0,
    )
    const plain = cutAugmented(both, MIDDLE, { mirror: [] }, stream()).image
    const changes: Partial<AugmentationDraw>[] = [
      { noise: 0.1 },
      { blur: [0.8, 0.6, 0.9] },
      { brightness: 1.2 },
      { contrast: 0.8 },
      { lowResolution: [0.6, 0.6, 0.6] },
      { invertedGamma: 1.4 },
      { gamma: 1.4 },
    ]
    const changed = changes.map((change) => cutAugmented(both, MIDDLE, { ...change, mirror: [] }, stream()).image)
    const all = new Set([plain, ...changed].map(String))
    expect(all.size).toBe(changes.length + 1)
  })

  it('has no label where the case has none, and refuses one on another grid', () => {
    const { image, label } = volumes(
      () => 1,
      () => 1,
    )
    expect(cutAugmented({ image }, MIDDLE, { mirror: [] }, stream()).label).toBeUndefined()
    const shifted = { ...label, size: [20, 24, 18] as Triple }
    expect(() => cutAugmented({ image, label: shifted }, MIDDLE, { mirror: [] }, stream())).toThrow(
      "cutAugmented: label [20,24,18] does not lie on the image's grid [24,20,18]",
    )
  })
})
