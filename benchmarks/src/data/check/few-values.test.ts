import { expect, it } from 'vitest'
import { fewValues } from './few-values'

it('tells a label map in a scan’s place by its few values, however they were scaled', () => {
  const filled = (of: (i: number) => number, length = 1000) => Float32Array.from({ length }, (_, i) => of(i))
  const said = (text: string) => [`its image holds ${text}: see that no label map or mask lies in a scan's place`]
  expect(fewValues(filled((i) => (i % 3) / 7))).toEqual(said('3 different values'))
  expect(fewValues(filled(() => -1))).toEqual(said('the same value in every voxel'))
  expect(fewValues(filled((i) => i % 8))).toHaveLength(1)
  expect(fewValues(filled((i) => i % 9))).toEqual([])
  expect(fewValues(filled((i) => i % 3, 999))).toEqual([])
})
