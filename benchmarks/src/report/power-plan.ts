import { dualsegError } from '@dualseg/kernels'
import chisqQuantile from '@stdlib/stats-base-dists-chisquare-quantile'
import { sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from '../statistics/bootstrap-interval'
import { caseValues } from '../statistics/case-values'
import { FEWEST_VALUES } from '../statistics/overlap-interval'
import { powerOf, type Variation } from '../statistics/power-of-plan'
import type { Arm } from './arm'
import type { Measure } from './measures'
import { runDifferences } from './verdict'

const SETS = [3, 5, 10, 15, 20, 30, 50]
const LEVEL = 0.95

/** Planned comparisons are to find a true difference this often. */
export const WANTED_POWER = 0.8

/** What comparisons of more or fewer labelled sets would find of two methods whose runs are there. */
export interface PowerPlan {
  readonly variation: Variation
  /** Of the SD between labelled sets, which few sets tell badly. */
  readonly setsSpread: Interval
  /** That the runs have. */
  readonly labelledSets: number
  readonly casesPerSet: number
  /** Different cases that are tested by all folds. */
  readonly most: number
  readonly rows: readonly {
    readonly difference: number
    readonly power: readonly { readonly sets: number; readonly share: number }[]
    /** The fewest of the numbers of sets that find it as often as is wanted; null: none of them. */
    readonly needed: number | null
  }[]
}

/** @throws DUALSEG_DATA if the runs have too few labelled sets to tell how far differences vary */
export function planPower([a, b]: readonly [Arm, Arm], { name }: Measure, differences: readonly number[]): PowerPlan {
  const { labelledSets, sd, testedPerTrained } = runDifferences(a, b, name)
  if (labelledSets < FEWEST_VALUES || sd === null || testedPerTrained === null) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${a.name} and ${b.name} have ${labelledSets} labelled ${labelledSets === 1 ? 'set' : 'sets'} in common; how far their difference varies shows with ${FEWEST_VALUES} at least: more folds or seeds with --labelled-cases drawn`,
    )
  }
  const [ofA, ofB] = [caseValues(a.runs, name), caseValues(b.runs, name)]
  const ofCases = [...ofA].flatMap(([id, value]) => (ofB.has(id) ? [value - ofB.get(id)!] : []))
  const variation = { sets: sd, cases: ofCases.length < 2 ? 0 : sampleStandardDeviation(ofCases), testedPerTrained }
  const casesPerSet = Math.round(a.runs.reduce((sum, { cases }) => sum + cases.length, 0) / a.runs.length)
  const folds = new Set(a.runs.map(({ config }) => config.fold)).size
  // All folds of a data set test every case once.
  const most = Math.max(ofCases.length, Math.round((ofCases.length / folds) * Math.max(folds, 1 + 1 / testedPerTrained)))
  return {
    variation,
    setsSpread: spreadOf(sd, labelledSets),
    labelledSets,
    casesPerSet,
    most,
    rows: differences.map((difference) => {
      const power = SETS.map((sets) => ({
        sets,
        share: powerOf(difference, { sets, cases: Math.min(sets * casesPerSet, most) }, variation),
      }))
      return { difference, power, needed: power.find(({ share }) => share >= WANTED_POWER)?.sets ?? null }
    }),
  }
}

/** Of an SD of `n` normal values, by the chi-square distribution. */
function spreadOf(sd: number, n: number): Interval {
  const end = (probability: number) => sd * Math.sqrt((n - 1) / chisqQuantile(probability, n - 1))
  return { low: end((1 + LEVEL) / 2), high: end((1 - LEVEL) / 2), level: LEVEL }
}
