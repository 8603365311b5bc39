import { describe, expect, it } from 'vitest'
import type { Arm } from './arm'
import type { Comparison } from './comparison'
import { countFor, courseCells, courseHeads, labelCoursesOf, savedText } from './label-courses'
import { MEASURES } from './measures'

const CASES = 12

/** A table of one number of labelled cases: every method's Dice, the same on all cases but for a part of the case's own. */
function table(
  labelled: number | 'all',
  dice: Readonly<Record<string, number>>,
  own: { folds?: number[]; drawings?: string[] } = {},
): Comparison {
  const { folds = [0], drawings = ['folds'] } = own
  const cases = (fold: number, value: number) =>
    Array.from({ length: CASES }, (_, i) => ({
      ...{ id: `case${fold}-${i}`, emptyPrediction: false, jaccard: 0.5, hd95: 3, asd: 1 },
      dice: value + 0.002 * (i - (CASES - 1) / 2),
    }))
  const data = { dataset: 'own', volumes: 'same' }
  const settings = labelled === 'all' ? { labelledCases: 'all' as const } : { labelledCases: 'drawn' as const }
  const arms = Object.entries(dice).map(([name, value]) => ({
    ...{ name, method: name, without: [] },
    runs: folds.map((fold) => ({
      config: { fold, seed: 1, labelledCases: labelled === 'all' ? 32 : labelled, data, settings },
      split: { drawings, fold, labelled: [], test: [] },
      cases: cases(fold, value),
    })),
  }))
  const conditions = {
    ...{ dataset: 'own', profile: 'full', protocol: 'common', labelled, settings, revisions: {} },
    engine: { name: 'wasm' },
  }
  return {
    ...{ folds, seeds: [1], missing: [], unlike: [] },
    arms: arms as unknown as Arm[],
    conditions,
  } as unknown as Comparison
}

describe('methods over the number of labelled cases', () => {
  const tables = [
    table(4, { supervised: 0.6, mt: 0.7, 'mt-twin': 0.6 }),
    table(16, { supervised: 0.8, mt: 0.82, 'mt-twin': 0.8 }),
    table('all', { supervised: 0.9, 'mt-twin': 0.9 }),
  ]

  it('are one line each, the upper bound among them', () => {
    const [courses, ...others] = labelCoursesOf(tables)
    expect(others).toEqual([])
    expect(courses!.courses.map(({ name, points }) => [name, points.map(({ labelled, isAll }) => [labelled, isAll])])).toEqual([
      [
        'supervised',
        [
          [4, false],
          [16, false],
          [32, true],
        ],
      ],
      [
        'mt',
        [
          [4, false],
          [16, false],
        ],
      ],
      [
        'mt-twin',
        [
          [4, false],
          [16, false],
          [32, true],
        ],
      ],
    ])
    expect(courseHeads(courses!)).toEqual(['method', '4 labelled', '16 labelled', 'all (32)'])
    const cells = courseCells(courses!, MEASURES[0])
    expect(cells.map((row) => row.map((cell) => cell.slice(0, 5)))).toContainEqual(['mt', '0.700', '0.820', '–'])
  })

  it('save as many outlines as their twin needs more for the same Dice', () => {
    const [{ saved }] = labelCoursesOf(tables) as [ReturnType<typeof labelCoursesOf>[number]]
    expect(saved.map(({ name, labelled, reference }) => [name, labelled, reference])).toEqual([
      ['mt', 4, 'mt-twin'],
      ['mt', 16, 'mt-twin'],
    ])
    // Half way from 0.6 to 0.8, and a fifth from 0.8 to 0.9, over the logarithm.
    expect(saved[0]!.needs).toBeCloseTo(8, 10)
    expect(saved[1]!.needs).toBeCloseTo(16 * 2 ** 0.2, 10)
    // All methods move alike with the cases drawn, so that nothing is uncertain.
    expect(saved[0]!.interval.low).toBeCloseTo(8, 6)
    expect(saved[0]!.interval.high).toBeCloseTo(8, 6)
    expect(savedText(saved[0]!)).toBe(
      'mt with 4 labelled has the Dice of mt-twin with 8.0 (95 % interval over cases: 8.0 to 8.0): 4.0 outlines saved.',
    )
  })

  it('say that more are needed than were tried, and no number beyond', () => {
    const [{ saved }] = labelCoursesOf([table(4, { supervised: 0.6, mt: 0.9 }), table(16, { supervised: 0.8, mt: 0.9 })]) as [
      ReturnType<typeof labelCoursesOf>[number],
    ]
    expect(saved[0]).toMatchObject({ reference: 'supervised', needs: null, interval: { low: null, high: null } })
    expect(savedText(saved[0]!)).toContain(
      'more than 16 (95 % interval over cases: more than 16 to more than 16): at least 12 outlines saved',
    )
  })

  it('are read on the folds that all numbers have', () => {
    const [{ folds, courses }] = labelCoursesOf([
      table(4, { supervised: 0.6 }, { folds: [0, 1] }),
      table(16, { supervised: 0.8 }, { folds: [1, 2] }),
    ]) as [ReturnType<typeof labelCoursesOf>[number]]
    expect(folds).toEqual([1])
    expect(courses[0]!.points.map(({ runs }) => runs)).toEqual([1, 1])
  })

  it('are kept apart where folds were drawn anew, and where there is one number alone there is no course', () => {
    expect(labelCoursesOf([table(4, { supervised: 0.6 }), table(16, { supervised: 0.8 }, { drawings: ['other'] })])).toEqual([])
    expect(labelCoursesOf([table(4, { supervised: 0.6 })])).toEqual([])
  })
})

describe('the labelled cases that a score needs', () => {
  it.each([
    [0.5, 4],
    [0.6, 4],
    [0.8, 16],
    [0.81, Number.POSITIVE_INFINITY],
  ])('%f: %f', (score, needs) => expect(countFor(score, [4, 16], [0.6, 0.8])).toBeCloseTo(needs, 10))

  it('are the fewest where a course falls in between', () => {
    expect(countFor(0.7, [4, 8, 16], [0.6, 0.7, 0.65])).toBeCloseTo(8, 10)
  })
})
