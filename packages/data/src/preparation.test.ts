import { expect, it } from 'vitest'
import { applyIntensity, type IntensityRule } from './preparation'

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
  expect(() => applyIntensity({ ...grid, data: new Float32Array(4) }, { kind: 'standardise' })).toThrow('every voxel is 0')
})

it('brings values to 0 to 1, from the window or from their own ends, or leaves them', () => {
  const image = { ...grid, data: Int16Array.of(-1000, 0, 100, 300) }
  const under = (rule: IntensityRule) => Array.from(applyIntensity(image, rule).data)
  expect(under({ kind: 'unit', window: [0, 200] })).toEqual([0, 0, 0.5, 1])
  expect(under({ kind: 'unit', window: [-2000, 2000] })).toEqual([0.25, 0.5, Math.fround(0.525), Math.fround(0.575)])
  expect(under({ kind: 'unit' })).toEqual([0, Math.fround(1000 / 1300), Math.fround(1100 / 1300), 1])
  expect(under({ kind: 'none', window: [0, 200] })).toEqual([0, 0, 100, 200])
  expect(() => under({ kind: 'none', window: [500, 600] })).toThrow('no voxel lies within the window 500 to 600')
})
