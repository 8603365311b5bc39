import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { betaDraw } from './beta-draw'

const DRAWS = 20_000

describe.each([0.2, 0.5, 1, 4])('Beta(%d, %d)', (alpha) => {
  const stream = random(5, 'beta', 0, 0)
  const values = Array.from({ length: DRAWS }, () => betaDraw(stream, alpha))
  const mean = (of: (value: number) => number) => values.reduce((sum, value) => sum + of(value), 0) / DRAWS

  it('has its mean, its variance and its fourth moment', () => {
    // Five standard errors of the mean of so many draws.
    const variance = 1 / (4 * (2 * alpha + 1))
    const fourth = 3 / 16 / ((2 * alpha + 1) * (2 * alpha + 3))
    expect(Math.abs(mean((value) => value) - 0.5)).toBeLessThan(5 * Math.sqrt(variance / DRAWS))
    expect(Math.abs(mean((value) => (value - 0.5) ** 2) - variance)).toBeLessThan(
      5 * Math.sqrt((fourth - variance ** 2) / DRAWS) + 1e-12,
    )
    expect(Math.abs(mean((value) => (value - 0.5) ** 4) - fourth)).toBeLessThan(5 * Math.sqrt(1 / 256 / DRAWS))
  })

  it('stays between 0 and 1', () => {
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true)
  })
})

it.each([0, -1, 0.3, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses alpha %d', (alpha) => {
  expect(() => betaDraw(random(5, 'beta', 0, 0), alpha)).toThrow(`beta: alpha is ${alpha}; expected a whole number from 1`)
})
