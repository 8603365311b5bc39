import { expect, it } from 'vitest'
import { PROFILES } from '../grid/profiles'
import { estimateLa } from './estimate-la'

it('scales a measured step by operations', () => {
  const [supervised, dualnet] = estimateLa(1, PROFILES.full)
  // 112x112x80 has 13.6 times the voxels of 48x48x32, at the same width and batch.
  expect(supervised!.iterationSeconds).toBeCloseTo((112 * 112 * 80) / (48 * 48 * 32), 6)
  expect(dualnet!.iterationSeconds / supervised!.iterationSeconds).toBeCloseTo(112.8 / 40.1, 6)
  // 20 cases of 54 windows, forwards only.
  const test = 20 * 54 * (supervised!.iterationSeconds / 4 / 3)
  expect(supervised!.seconds).toBeCloseTo(6000 * supervised!.iterationSeconds + test, 3)
})

it('counts half the filters as a quarter of the operations', () => {
  const [quick] = estimateLa(1, PROFILES.quick)
  expect(quick!.iterationSeconds).toBeCloseTo(0.25 * (2 / 4), 6)
  expect(quick!.iterations).toBe(PROFILES.quick.iterations)
})
