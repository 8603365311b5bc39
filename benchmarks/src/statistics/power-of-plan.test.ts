import { describe, expect, it } from 'vitest'
import { powerOf } from './power-of-plan'

const variation = { sets: 0.02, cases: 0.04, testedPerTrained: 0.25 }

describe('the power of a planned comparison', () => {
  it('is none with two labelled sets, whatever the difference', () => {
    expect(powerOf(0.5, { sets: 2, cases: 100 }, variation)).toBe(0)
  })

  it('is at most the level where there is no difference, and nearly 1 where it is large', () => {
    expect(powerOf(1e-9, { sets: 10, cases: 40 }, variation)).toBeLessThan(0.05)
    expect(powerOf(0.2, { sets: 10, cases: 40 }, variation)).toBeGreaterThan(0.99)
  })

  it('grows with the difference, with the labelled sets and with the cases', () => {
    const power = (difference: number, sets: number, cases: number) => powerOf(difference, { sets, cases }, variation)
    expect(power(0.02, 10, 40)).toBeLessThan(power(0.03, 10, 40))
    expect(power(0.03, 5, 40)).toBeLessThan(power(0.03, 15, 40))
    expect(power(0.03, 15, 8)).toBeLessThan(power(0.03, 15, 40))
  })

  /**
   * Student's t with 9 degrees of freedom and non-centrality 0.03·√10/0.02 beyond its quantile times √(1 + 10·0.25), by scipy 1.17.1:
   * `nct.sf(t.ppf(0.975, 9) * sqrt(3.5), 9, 0.03 * sqrt(10) / 0.02)`.
   */
  it('is that of the non-central t distribution where the cases decide nothing', () => {
    expect(
      Math.abs(powerOf(0.03, { sets: 10, cases: 60 }, { ...variation, cases: 1e-6 }, { draws: 2000 }) - 0.6767),
    ).toBeLessThan(0.03)
  })

  it('is the same to the bit when it is asked for again', () => {
    expect(powerOf(0.03, { sets: 5, cases: 50 }, variation)).toBe(powerOf(0.03, { sets: 5, cases: 50 }, variation))
  })
})
