import { expect, it } from 'vitest'
import { summarise } from './summarise'

it('gives mean, sample deviation, median and range', () => {
  expect(summarise([4, 1, 3, 2])).toEqual({ mean: 2.5, sd: Math.sqrt(5 / 3), median: 2.5, min: 1, max: 4 })
  expect(summarise([2])).toEqual({ mean: 2, sd: 0, median: 2, min: 2, max: 2 })
})
