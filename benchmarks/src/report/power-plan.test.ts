import { describe, expect, it } from 'vitest'
import type { Arm } from './arm'
import { MEASURES } from './measures'
import { planPower } from './power-plan'

/** Runs of a fold each, with a labelled set of its own; `dice` is the mean of its four cases, which are 0.02 apart. */
function arm(name: string, dice: readonly number[]): Arm {
  const runs = dice.map((value, fold) => ({
    config: { fold, seed: 1, labelledCases: 2 },
    split: { labelled: [`a${fold}`, `b${fold}`], unlabelled: Array.from({ length: 14 }, (_, i) => `u${i}`) },
    cases: [-0.03, -0.01, 0.01, 0.03].map((own, i) => ({ id: `case${fold}-${i}`, dice: value + own, emptyPrediction: false })),
  }))
  return { name, method: name, without: [], runs } as unknown as Arm
}

describe('what is planned from finished runs', () => {
  const plan = planPower([arm('mt', [0.82, 0.84, 0.8]), arm('supervised', [0.8, 0.8, 0.8])], MEASURES[0], [0.2, 0.001])

  it('takes how far differences vary from the runs', () => {
    expect(plan).toMatchObject({ labelledSets: 3, casesPerSet: 4, most: 20 })
    expect(plan.variation.sets).toBeCloseTo(0.02, 10)
    // Four cases differ by 0.02, four by 0.04, four by 0.
    expect(plan.variation.cases).toBeCloseTo(Math.sqrt((8 * 0.02 ** 2) / 11), 10)
    expect(plan.variation.testedPerTrained).toBeCloseTo(4 / 16, 10)
    // 0.02·√(2/χ²): χ² with 2 degrees of freedom is 7.3778 and 0.050636 (scipy 1.17.1, chi2.ppf).
    expect(plan.setsSpread.low).toBeCloseTo(0.02 * Math.sqrt(2 / 7.377759), 6)
    expect(plan.setsSpread.high).toBeCloseTo(0.02 * Math.sqrt(2 / 0.05063562), 6)
  })

  it('says with how many labelled sets a difference is found in four of five comparisons, or that none of the numbers does', () => {
    const [large, small] = plan.rows
    expect(large!.needed).toBe(3)
    expect(small!.needed).toBeNull()
    expect(small!.power.map(({ sets }) => sets)).toEqual([3, 5, 10, 15, 20, 30, 50])
  })

  it('needs three labelled sets', () => {
    expect(() => planPower([arm('mt', [0.8, 0.9]), arm('supervised', [0.8, 0.8])], MEASURES[0], [0.02])).toThrow(
      expect.objectContaining({ code: 'DUALSEG_DATA', message: expect.stringContaining('have 2 labelled sets in common') }),
    )
  })
})
