import { describe, expect, it } from 'vitest'
import { type CaseScores, summarise } from './summary'

const scores = (dice: number, more: Partial<CaseScores> = {}): CaseScores => ({
  dice,
  jaccard: dice / (2 - dice),
  hd95: 10 * dice,
  asd: dice,
  emptyPrediction: false,
  ...more,
})

describe('summarise', () => {
  it('gives mean, sample standard deviation and median over all cases, whatever run they are from', () => {
    const summary = summarise(
      'mt',
      2,
      [0.5, 0.7, 0.9, 0.7].map((dice) => scores(dice)),
    )
    expect(summary).toMatchObject({ method: 'mt', runs: 2, cases: 4, emptyPredictions: 0 })
    // By hand: squares 0.04 + 0 + 0.04 + 0, over 3.
    expect(summary.dice.mean).toBeCloseTo(0.7, 12)
    expect(summary.dice.sd).toBeCloseTo(Math.sqrt(0.08 / 3), 12)
    expect(summary.dice.median).toBeCloseTo(0.7, 12)
    expect(summary.hd95.mean).toBeCloseTo(7, 12)
  })

  it('takes the middle of an odd and the mean of the two middle ones of an even number', () => {
    expect(
      summarise(
        'mt',
        1,
        [0.9, 0.1, 0.2].map((dice) => scores(dice)),
      ).dice.median,
    ).toBe(0.2)
    expect(
      summarise(
        'mt',
        1,
        [0.9, 0.1, 0.2, 0.4].map((dice) => scores(dice)),
      ).dice.median,
    ).toBeCloseTo(0.3, 12)
  })

  it('has no standard deviation for a single case', () => {
    expect(summarise('mt', 1, [scores(0.5)]).dice).toEqual({ mean: 0.5, sd: null, median: 0.5 })
  })

  it('counts empty predictions and takes their zeros into the mean', () => {
    const empty = scores(0, { jaccard: 0, hd95: 0, asd: 0, emptyPrediction: true })
    const summary = summarise('mt', 1, [scores(0.8), empty])
    expect(summary.emptyPredictions).toBe(1)
    expect(summary.dice.mean).toBeCloseTo(0.4, 12)
    expect(summary.hd95.mean).toBeCloseTo(4, 12)
  })

  it('does not depend on the order of the cases', () => {
    const cases = [0.3, 0.9, 0.5].map((dice) => scores(dice))
    expect(summarise('mt', 1, [...cases].reverse()).dice.median).toBe(summarise('mt', 1, cases).dice.median)
  })
})
