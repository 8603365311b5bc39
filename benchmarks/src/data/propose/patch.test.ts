import { expect, it } from 'vitest'
import { medianOf, proposePatch, sizeAlongPatient } from './patch'

it('a patch is held by half of the scans, in multiples of 16, and is no larger than the published one', () => {
  expect(
    medianOf([
      [31, 40, 24],
      [35, 51, 36],
      [43, 59, 47],
    ]),
  ).toEqual([35, 51, 36])
  expect(proposePatch([35, 51, 36])).toEqual([32, 48, 32])
  expect(proposePatch([10, 300, 20])).toEqual([16, 288, 16])
  const [x, y, z] = proposePatch([512, 512, 300])
  expect([x, y, z]).toEqual([96, 96, 96])
  expect(x * y * z).toBeLessThanOrEqual(112 * 112 * 80)
})

it('sizes are told along the patient, in whichever order a file has its axes', () => {
  const grid = {
    size: [1, 2, 3] as [number, number, number],
    spacing: [1, 1, 1] as [number, number, number],
    origin: [0, 0, 0] as [number, number, number],
  }
  // x of the file runs to the head, y to the left, z to the back.
  expect(sizeAlongPatient({ ...grid, direction: [0, 1, 0, 0, 0, 1, 1, 0, 0] })).toEqual([2, 3, 1])
  expect(sizeAlongPatient({ size: grid.size, spacing: grid.spacing })).toEqual([1, 2, 3])
})
