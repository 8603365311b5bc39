import type { Volume } from '@dualseg/data'
import { describe, expect, it } from 'vitest'
import { prepareImage } from './prepare-image'

const CT: Volume<Int16Array> = {
  data: Int16Array.from({ length: 64 }, (_, i) => 40 * i - 1000),
  size: [4, 4, 4],
  spacing: [1, 1, 1],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const crop = { start: [1, 1, 1], end: [3, 4, 4] } as const

const moments = (data: Float32Array) => {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return [mean, Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)]
}

describe('the intensities of a crop', () => {
  const under = (over: 'scan' | 'crop') =>
    prepareImage(CT, {
      preparation: {
        modality: 'CT',
        spacing: [1, 1, 1],
        axes: 'LPS',
        intensity: { kind: 'standardise', window: [-500, 1000], over },
        crop: 'label',
      },
      reduce: 1,
      asStored: false,
      crop,
    }).image.data

  it('are standardised by themselves where the training crops were', () => {
    const [mean, deviation] = moments(under('crop'))
    expect(mean).toBeCloseTo(0, 6)
    expect(deviation).toBeCloseTo(1, 6)
  })

  it('are standardised with the whole scan else', () => {
    expect(Math.abs(moments(under('scan'))[0]!)).toBeGreaterThan(0.1)
  })
})

it('says of an image that networks cannot see what it is, and what was expected', () => {
  const plain = { preparation: null, asStored: true, reduce: 3 }
  const slab = (depth: number) => ({
    ...CT,
    data: CT.data.subarray(0, 16 * depth),
    size: [4, 4, depth] as [number, number, number],
  })
  expect(() => prepareImage(slab(1), plain)).toThrow(
    'predict: the image is a single slice, 4 x 4 x 1 voxels, of which every 3 along an axis are to become one; expected a whole 3-D scan',
  )
  expect(() => prepareImage(slab(2), plain)).toThrow('predict: the image is too thin, 4 x 4 x 2 voxels')
})
