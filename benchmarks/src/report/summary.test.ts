import { describe, expect, it } from 'vitest'
import type { RunScores } from '../statistics/case-values'
import type { MeasureName } from './measures'
import { summarise } from './summary'

type Run = RunScores<MeasureName>

const EMPTY = { dice: 0, jaccard: 0, hd95: 0, asd: 0, emptyPrediction: true }

/** One run with these Dice by case; the other measures follow from it, 0 is an empty prediction. */
const run = (dice: Readonly<Record<string, number>>): Run => ({
  cases: Object.entries(dice).map(([id, value]) =>
    value === 0
      ? { id, ...EMPTY }
      : { id, dice: value, jaccard: value / (2 - value), hd95: 10 * value, asd: value, emptyPrediction: false },
  ),
})

describe('summarise', () => {
  it('gives mean, sample standard deviation and median over the cases', () => {
    const summary = summarise('mt', [run({ A: 0.5, B: 0.7 }), run({ C: 0.9, D: 0.7 })])
    expect(summary).toMatchObject({ method: 'mt', runs: 2, cases: 4, predictions: 4, emptyPredictions: 0 })
    // By hand: squares 0.04 + 0 + 0.04 + 0, over 3.
    expect(summary.dice.mean).toBeCloseTo(0.7, 12)
    expect(summary.dice.sd).toBeCloseTo(Math.sqrt(0.08 / 3), 12)
    expect(summary.dice.median).toBeCloseTo(0.7, 12)
    expect(summary.hd95.mean).toBeCloseTo(7, 12)
  })

  it('averages a case over its seeds first, so that seeds do not pass for patients', () => {
    const summary = summarise('dtc', [run({ A: 0.1, B: 0.5 }), run({ A: 0.5, B: 0.1 })])
    expect(summary).toMatchObject({ runs: 2, cases: 2, predictions: 4 })
    // Both cases 0.3; over the four predictions it would be 0.23.
    expect(summary.dice.mean).toBeCloseTo(0.3, 12)
    expect(summary.dice.sd).toBeCloseTo(0, 12)
  })

  it('weighs a case that fewer seeds tested as any other', () => {
    const { dice } = summarise('mt', [run({ A: 0.2, B: 0.8 }), run({ A: 0.4 })])
    expect(dice.mean).toBeCloseTo((0.3 + 0.8) / 2, 12)
  })

  it('takes the middle of an odd and the mean of the two middle ones of an even number', () => {
    expect(summarise('mt', [run({ A: 0.9, B: 0.1, C: 0.2 })]).dice.median).toBe(0.2)
    expect(summarise('mt', [run({ A: 0.9, B: 0.1, C: 0.2, D: 0.4 })]).dice.median).toBeCloseTo(0.3, 12)
  })

  it('has no standard deviation for a single case', () => {
    expect(summarise('mt', [run({ A: 0.5 })]).dice).toEqual({ mean: 0.5, sd: null, median: 0.5 })
  })

  it('counts empty predictions and takes their zeros into the mean', () => {
    const summary = summarise('mt', [run({ A: 0.8, B: 0 })])
    expect(summary.emptyPredictions).toBe(1)
    expect(summary.dice.mean).toBeCloseTo(0.4, 12)
    expect(summary.hd95.mean).toBeCloseTo(4, 12)
  })

  it('does not depend on the order of the cases', () => {
    const median = (dice: Readonly<Record<string, number>>) => summarise('mt', [run(dice)]).dice.median
    expect(median({ C: 0.5, B: 0.9, A: 0.3 })).toBe(median({ A: 0.3, B: 0.9, C: 0.5 }))
  })
})
