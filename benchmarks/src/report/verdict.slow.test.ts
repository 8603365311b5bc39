import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import type { Arm } from './arm'
import type { Comparison } from './comparison'
import { MEASURES } from './measures'
import type { ReportedRun } from './run-files'
import { runDifferences, verdictsOf } from './verdict'

const DICE = MEASURES[0]
const DRAWS = 2000
/** Each with a bootstrap over its cases. */
const POWER_DRAWS = 150
const FOLDS = 5
const TESTED = 20
const LABELLED = 16
const LEVEL = 0.05

/** Standard deviations of what makes two equal methods differ, in Dice. A labelled set's own is that of the field's small sets. */
const EFFECTS = { labelledSet: 0.02, seed: 0.01, testCase: 0.04, rest: 0.02 }

interface Design {
  readonly sets: number
  readonly seeds: number
}

/** Two methods over `sets` labelled sets with `seeds` runs each; the first is better by `effect` in truth. Test cases are those of the set's fold. */
function simulated({ sets, seeds }: Design, effect: number, draw: number): Comparison {
  const stream = random(7, `${sets} sets, ${seeds} seeds, ${effect}`, draw, 0)
  const normals = (count: number, sd: number) => {
    const values = new Float32Array(count)
    stream.fillNormal(values, 0, sd)
    return values
  }
  const ofCase = normals(FOLDS * TESTED, EFFECTS.testCase)
  const runs: { a: ReportedRun; b: ReportedRun }[] = []
  for (const [set, ofSet] of normals(sets, EFFECTS.labelledSet).entries()) {
    for (const [k, ofSeed] of normals(seeds, EFFECTS.seed).entries()) {
      const fold = set % FOLDS
      const seed = 100 * Math.floor(set / FOLDS) + k
      const rest = normals(TESTED, EFFECTS.rest)
      const differences = [...rest].map((noise, i) => effect + ofSet + ofSeed + ofCase[fold * TESTED + i]! + noise)
      runs.push({
        a: run(
          { fold, seed, set },
          differences.map((difference) => 0.8 + difference),
        ),
        b: run(
          { fold, seed, set },
          differences.map(() => 0.8),
        ),
      })
    }
  }
  const arm = (name: string, ofArm: ReportedRun[]) => ({ name, method: name, without: [], runs: ofArm }) as unknown as Arm
  return {
    arms: [
      arm(
        'a',
        runs.map(({ a }) => a),
      ),
      arm(
        'b',
        runs.map(({ b }) => b),
      ),
    ],
  } as unknown as Comparison
}

function run({ fold, seed, set }: { fold: number; seed: number; set: number }, dice: readonly number[]): ReportedRun {
  const name = (part: string, i: number) => `${part}${fold}-${i}`
  return {
    config: { fold, seed, labelledCases: LABELLED },
    split: {
      labelled: Array.from({ length: LABELLED }, (_, i) => `labelled${set}-${i}`),
      unlabelled: Array.from({ length: 64 }, (_, i) => name('unlabelled', i)),
    },
    cases: dice.map((value, i) => ({ id: name('case', i), dice: value })),
  } as unknown as ReportedRun
}

/** Share of the draws in which the interval over labelled sets leaves zero: what is called separable is a part of these. */
function calledByRuns(design: Design, effect: number): number {
  let called = 0
  for (let draw = 0; draw < DRAWS; draw++) {
    const [a, b] = simulated(design, effect, draw).arms
    const { interval } = runDifferences(a!, b!, DICE.name)
    if (interval !== null && (interval.low > 0 || interval.high < 0)) called++
  }
  return called / DRAWS
}

/** Share of the draws whose whole verdict, on cases and on runs, is that the better one is better. */
function found(design: Design, effect: number): number {
  let better = 0
  for (let draw = 0; draw < POWER_DRAWS; draw++) {
    const [verdict] = verdictsOf(simulated(design, effect, draw), DICE)
    if (verdict!.better === verdict!.a) better++
  }
  return better / POWER_DRAWS
}

/** Binomial error of a share of 5 % over the draws, 99 in 100. */
const SAMPLING = 2.33 * Math.sqrt((LEVEL * (1 - LEVEL)) / DRAWS)

const DESIGNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((sets) => [1, 2, 3].map((seeds) => ({ sets, seeds })))

describe('two equal methods, whose labelled sets, seeds and cases favour either by chance', () => {
  it.each(DESIGNS)('$sets sets with $seeds seeds: called separable in at most 5 of 100', (design) => {
    const share = calledByRuns(design, 0)
    console.log(`${design.sets} labelled sets, ${design.seeds} seeds: ${(100 * share).toFixed(1)} % of ${DRAWS}`)
    expect(share).toBeLessThanOrEqual(design.sets < 3 ? 0 : LEVEL + SAMPLING)
  })
})

it('finds a difference the more often the larger it is and the more labelled sets there are', () => {
  const power = [0.01, 0.02, 0.03].map((effect) => {
    const bySets = [3, 5, 10].map((sets) => found({ sets, seeds: 1 }, effect))
    console.log(
      `a difference of ${effect} Dice is found with 3, 5, 10 labelled sets in ${bySets.map((share) => `${(100 * share).toFixed(0)} %`).join(', ')}`,
    )
    return bySets
  })
  for (const bySets of power) expect(bySets[2]!).toBeGreaterThan(bySets[0]!)
  for (const sets of [0, 1, 2]) expect(power[2]![sets]!).toBeGreaterThan(power[0]![sets]!)
})
