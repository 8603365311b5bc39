import { expect, it } from 'vitest'
import { sampleImage } from './augment/sample-image'
import { applyIntensity, type IntensityRule } from './preparation'
import { cropInto, cropRange } from './random-crop'
import { reduceImage } from './reduce-volume'
import type { ImageVolume, Triple } from './volume'
import { viewOf } from './volume-view'

const scan = {
  size: [2, 2, 2] as Triple,
  spacing: [1, 1, 1] as Triple,
  data: Float32Array.from([-50, 0, 10, 20, 30, 40, 50, 300]),
}

/** Mean and deviation of the values under the rule: what a value that is none of the scan's becomes beside them. */
it.each<[string, IntensityRule, number | undefined]>([
  ['nothing', { kind: 'standardise' }, undefined],
  ['the lowest value', { kind: 'none', outside: 'minimum' }, -50],
  ['the low end of a window, though no voxel is so low', { kind: 'none', window: [-100, 100], outside: 'minimum' }, -100],
  ['a value given', { kind: 'none', outside: -1024 }, -1024],
  ['a value given, cut to the window', { kind: 'none', window: [-100, 100], outside: -1024 }, -100],
  ['the low end as 0', { kind: 'unit', window: [-100, 100], outside: 'minimum' }, 0],
  ['the lowest value as 0', { kind: 'unit', outside: 'minimum' }, 0],
  ['a value between', { kind: 'unit', window: [-100, 100], outside: 0 }, 0.5],
])('beyond a scan lies %s', (_what, rule, outside) => {
  expect(applyIntensity(scan, rule).outside).toBe(outside)
})

it('what lies beyond is standardised as the voxels are, and again where they are reduced', () => {
  const standardised = applyIntensity(scan, { kind: 'standardise', outside: 'minimum' })
  expect(standardised.outside).toBeCloseTo(standardised.data[0]!, 6)
  const blocks: ImageVolume = { ...scan, size: [4, 1, 2], data: Float32Array.from([1, 1, 3, 3, 5, 5, 7, 7]), outside: 1 }
  const reduced = reduceImage({ ...blocks, size: [8, 1, 1] }, 1, { restandardise: true })
  expect(reduced.outside).toBeCloseTo(reduced.data[0]!, 6)
})

it('fills what a crop shows beyond the volume, straight or askew', () => {
  const image: ImageVolume = { ...scan, outside: -9 }
  const patch: Triple = [4, 4, 4]
  const { pad } = cropRange(image.size, patch)
  const crop = new Float32Array(64)
  cropInto(crop, 0, viewOf(image), patch, [pad[0] - 1, pad[1] - 1, pad[2] - 1], pad)
  expect(crop.filter((value) => value === -9)).toHaveLength(56)
  const askew = new Float32Array(64)
  sampleImage(askew, viewOf(image), { patch, centre: [0.5, 0.5, 0.5], matrix: [2, 0, 0, 0, 2, 0, 0, 0, 2] })
  expect(askew[0]).toBe(-9)
})
