import { expect, it } from 'vitest'
import { applyIntensity } from './preparation'

const grid = { size: [4, 1, 1] as [number, number, number], spacing: [1, 1, 1] as [number, number, number] }

it('standardises over the whole image, after clipping if there is a window', () => {
  const image = { ...grid, data: Int16Array.of(-1000, 0, 100, 3000) }
  const { data } = applyIntensity(image, { kind: 'standardise', window: [0, 100] })
  expect(Array.from(data)).toEqual([-1, -1, 1, 1])
  const plain = applyIntensity(image, { kind: 'standardise' }).data
  expect(plain.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5)
  expect(plain.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 5)
})

it('refuses an image of one value', () => {
  expect(() => applyIntensity({ ...grid, data: new Float32Array(4) }, { kind: 'standardise' })).toThrow(
    'all 4 voxels have the value 0',
  )
})
