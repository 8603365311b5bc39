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
