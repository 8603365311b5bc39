import { describe, expect, it } from 'vitest'
import { CT_RECIPES, type CtRecipe, prepareCt } from './prepare-ct'
import type { Triple, Volume } from './volume'

const SIZE: Triple = [60, 50, 30]
const SPACING: Triple = [1.5, 1.5, 2]

/** A body of 40 HU in air with an organ of 100 HU, stored along any axes. */
function scan(
  organ: (x: number, y: number, z: number) => boolean = (x, y, z) => x > 20 && x < 30 && y > 20 && y < 32 && z > 10 && z < 20,
) {
  const image: Volume<Int16Array> = { data: new Int16Array(60 * 50 * 30), size: SIZE, spacing: SPACING, origin: [-40, -30, 100] }
  const label: Volume<Uint8Array> = { ...image, data: new Uint8Array(image.data.length) }
  for (let z = 0, i = 0; z < 30; z++) {
    for (let y = 0; y < 50; y++) {
      for (let x = 0; x < 60; x++, i++) {
        label.data[i] = organ(x, y, z) ? 7 : 0
        image.data[i] = organ(x, y, z) ? 100 : (x - 30) ** 2 + (y - 25) ** 2 < 400 ? 40 : -1000
      }
    }
  }
  return { image, label }
}

/** The same voxels stored the other way round along x and y, as NIfTI labels beside DICOM are. */
function turned<V extends Volume>({ data, size, spacing, origin, ...rest }: V): V {
  const [nx, ny, nz] = size
  const mirrored = data.slice()
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, i++) mirrored[nx - 1 - x + nx * (ny - 1 - y + ny * z)] = data[i]!
  const end = [origin![0] + spacing[0] * (nx - 1), origin![1] + spacing[1] * (ny - 1), origin![2]]
  return { ...rest, data: mirrored, size, spacing, origin: end, direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] } as unknown as V
}

const options = { name: 'CASE', foreground: [7] }
const SMALL: CtRecipe = { ...CT_RECIPES.text, margin: 5 }

describe('prepareCt', () => {
  it('matches the label by geometry: a label stored the other way round gives the same', () => {
    const { image, label } = scan()
    const straight = prepareCt(image, label, SMALL, options)
    expect(prepareCt(image, turned(label), SMALL, options)).toEqual(straight)
    expect(prepareCt(turned(image), label, SMALL, options)).toEqual(straight)
  })

  it('crops around the label on the new grid, standardises what is left, keeps its place', () => {
    const { image, label } = scan()
    const { image: cut, label: organ } = prepareCt(image, label, SMALL, options)
    // The organ's first voxel centre is 21 * 1.5 mm along x; nearest voxels begin at 31 mm, minus 5 of margin.
    expect(cut.origin).toEqual([-40 + 26, -30 + 26, 100 + 16])
    expect(cut.size).toEqual(organ.size)
    expect(cut.spacing).toEqual([1, 1, 1])
    const mean = cut.data.reduce((sum, value) => sum + value, 0) / cut.data.length
    const square = cut.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cut.data.length
    expect(mean).toBeCloseTo(0, 5)
    expect(square).toBeCloseTo(1, 4)
    expect(new Set(organ.data)).toEqual(new Set([0, 1]))
  })

  it('has the notebook keep z whole and grow small boxes, and the text crop all three', () => {
    const { image, label } = scan()
    const notebook = prepareCt(image, label, CT_RECIPES.notebook, options)
    const text = prepareCt(image, label, CT_RECIPES.text, options)
    expect(notebook.image.size[2]).toBe(59)
    expect(text.image.size).toEqual([14 + 50, 17 + 50, 59])
    // (96 - 14) / 2 = 41 more on either side, as far as the volume goes.
    expect(notebook.image.size[0]).toBe(Math.min(89, 31 + 14 + 25 + 41))
    expect(notebook.image.data).not.toEqual(text.image.data)
  })

  it.each<[string, (made: ReturnType<typeof scan>) => Partial<{ image: Volume; label: Volume }>, RegExp]>([
    [
      'a label of another size',
      ({ label }) => ({ label: { ...label, data: label.data.slice(0, 60 * 50 * 29), size: [60, 50, 29] } }),
      /label has size \[60,50,29\]/,
    ],
    [
      'a label of another spacing',
      ({ label }) => ({ label: { ...label, spacing: [1.5, 1.5, 2.5] } }),
      /label has spacing \[1\.5,1\.5,2\.5\]/,
    ],
    [
      'a label in another place',
      ({ label }) => ({ label: { ...label, origin: [0, 0, 0] } }),
      /the label has origin \[0,0,0\], the image .*--ignore-origin/,
    ],
    [
      'an oblique image',
      ({ image }) => ({ image: { ...image, direction: [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1] } }),
      /image: direction .* is oblique/,
    ],
    [
      'a label without the organ',
      ({ label }) => ({ label: { ...label, data: new Uint8Array(label.data.length) } }),
      /no voxel of 7/,
    ],
    [
      'an image that was not rescaled',
      ({ image }) => ({ image: { ...image, data: image.data.map((value) => value + 1024) } }),
      /not Hounsfield units/,
    ],
    [
      'an image with NaN',
      ({ image }) => ({ image: { ...image, data: Float32Array.from(image.data, (v, i) => (i === 5 ? Number.NaN : v)) } }),
      /a voxel of NaN/,
    ],
    [
      'an image that is all air',
      ({ image }) => ({ image: { ...image, data: image.data.map(() => -1000) } }),
      /nothing lies within the window/,
    ],
  ])('refuses %s', (_what, spoil, words) => {
    const made = scan()
    const { image, label } = { ...made, ...spoil(made) }
    expect(() => prepareCt(image, label, SMALL, options)).toThrow(words)
  })

  it('takes a label that lost its position where that is allowed in words', () => {
    const { image, label } = scan()
    const lost = { ...label, origin: [0, 0, 0] as Triple }
    expect(prepareCt(image, lost, SMALL, { ...options, ignoreOrigin: true }).label.data).toEqual(
      prepareCt(image, label, SMALL, options).label.data,
    )
  })

  it('refuses an organ that the new grid loses', () => {
    const { image, label } = scan((x, y, z) => x === 21 && y === 21 && z === 11)
    expect(() => prepareCt(image, label, { ...SMALL, step: 5 }, options)).toThrow(/nothing of it is left/)
  })
})
