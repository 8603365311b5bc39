import { expect, it } from 'vitest'
import { resampleImageCubic, resampleLabelLinear } from './resample-case'
import type { Triple } from './volume'

const size: Triple = [5, 4, 3]
const spacing: Triple = [1, 2, 3]
const finer: Triple = [1.5, 1.25, 3]
const grid = { size, spacing, origin: [10, 20, 30] as Triple }
const values = Float32Array.from({ length: 60 }, (_, i) => {
  const [x, y, z] = [i % 5, Math.floor(i / 5) % 4, Math.floor(i / 20)]
  return (7 * x + 5 * y * y + 3 * z * x) % 11
})

/** scipy 1.17.1: `map_coordinates` of `spline_filter(v, 3, mode='mirror')` at the places of the new centres, none beyond the outermost old ones. */
const BY_SCIPY = [
  1.00335, 3.5346, 9.64621, 1.63425, 4.94919, 6.86437, 4.73898, 6.27718, 2.37791, 8.64055, 1.9387, 6.28612, 6.60716, 2.01442,
  6.18062, 1.95657, 5.91337, 1.76177, 1.20843, 9.96233, 7.74581, 1.95605, 7.55391, 5.59646, 5.35265, 3.07488, 1.52086, 9.18331,
  5.45609, 3.67338, 6.24218, 7.97708, 7.16039, 0.67518, 7.81603, 8.40475, 0.19196, 3.56696, 6.67411, 1.44476, 6.166, 4.21268,
  5.53863, 9.49314, -0.38637, 8.39927, 3.30706, 2.25681, 5.64442, 1.17109, 6.30265, 1.25005, 4.51203, 7.66419,
]

it('brings an image to other steps by cubic splines, at its place in space', () => {
  const resampled = resampleImageCubic({ ...grid, data: values, outside: -3 }, finer)
  expect(resampled).toMatchObject({ size: [3, 6, 3], spacing: finer, origin: [10.25, 19.625, 30], outside: -3 })
  for (const [i, value] of resampled.data.entries()) expect(value).toBeCloseTo(BY_SCIPY[i]!, 4)
})

it('leaves a volume alone whose header rounds the same steps', () => {
  const image = { ...grid, data: values }
  expect(resampleImageCubic(image, [1.01, 2, 2.97])).toBe(image)
  const label = { ...grid, data: new Uint8Array(60) }
  expect(resampleLabelLinear(label, [1.01, 2, 2.97])).toBe(label)
})

it('gives every place of a label map the class with most of it, and none that was not there', () => {
  // 1 beside 9 along x: halfway between them lies 5.
  const label = {
    size: [4, 2, 2] as Triple,
    spacing: [1, 1, 1] as Triple,
    data: Uint8Array.from([1, 1, 9, 9, 1, 1, 9, 9, 1, 1, 9, 9, 1, 1, 9, 9]),
  }
  const fine = resampleLabelLinear(label, [0.5, 1, 1])
  expect(fine.size).toEqual([8, 2, 2])
  expect([...fine.data.subarray(0, 8)]).toEqual([1, 1, 1, 1, 9, 9, 9, 9])
  const coarse = resampleLabelLinear(label, [4 / 3, 1, 1])
  // The middle one lies exactly between: the lowest of equals.
  expect([...coarse.data.subarray(0, 3)]).toEqual([1, 1, 9])
})
