import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from '../statistics/bootstrap-interval'
import { caseValues } from '../statistics/case-values'
import { type AdjustedComparison, adjustFamily, comparePaired } from '../statistics/paired-comparison'
import type { Arm, Comparison } from './comparison'
import { type Measure, type MeasureName, pText, signed } from './measures'

const LEVEL = 0.95
/** Two differences have an interval that no difference leaves. */
export const FEWEST_RUNS = 3

/** The differences of two arms' run means over the folds and seeds that both have. */
export interface RunDifferences {
  readonly runs: number
  readonly difference: number
  readonly sd: number | null
  /**
   * Student's t interval of the mean difference with the variance of overlapping training sets, (1/n + tested/trained) s² (Nadeau and
   * Bengio, "Inference for the generalization error", Machine Learning 52, 2003); null for fewer than three runs.
   */
  readonly interval: Interval | null
}

/** Two arms under one measure: the cases given the trained networks, and the runs, which training anew is part of. */
export interface Verdict {
  readonly a: Arm
  readonly b: Arm
  readonly measure: MeasureName
  /** null: no case has a value under both. */
  readonly cases: AdjustedComparison | null
  readonly runs: RunDifferences
  /** Both the cases (Holm's p, interval) and the runs (interval) tell the two apart, in the same direction. */
  readonly separable: boolean
  /** Which is better, if they are separable. */
  readonly better: Arm | null
}

/**
 * Every pair of arms under one measure; Holm's correction is over these pairs.
 *
 * @param testedPerTrained test cases of a fold by its training cases
 */
export function verdictsOf({ arms }: Comparison, measure: Measure, testedPerTrained: number): Verdict[] {
  const pairs = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => ({ a, b })))
  const compared = pairs.flatMap(({ a, b }) => {
    const [ofA, ofB] = [caseValues(a.runs, measure.name), caseValues(b.runs, measure.name)]
    return [...ofA.keys()].some((id) => ofB.has(id)) ? [{ a, b, ...comparePaired(ofA, ofB, { level: LEVEL }) }] : []
  })
  const family = adjustFamily(compared, LEVEL)
  return pairs.map(({ a, b }) => {
    const cases = family.find((one) => one.a === a && one.b === b) ?? null
    const runs = runDifferences(a, b, measure.name, testedPerTrained)
    const beyondZero = runs.interval !== null && (runs.interval.low > 0 || runs.interval.high < 0)
    const separable = cases?.separable === true && beyondZero && Math.sign(cases.difference) === Math.sign(runs.difference)
    const aIsBetter = runs.difference > 0 === (measure.better === 'higher')
    return { a, b, measure: measure.name, cases, runs, separable, better: separable ? (aIsBetter ? a : b) : null }
  })
}

/** The arm that is separably better than every other one, if there is one: the only figure that may be bold. */
export function separablyBest(arms: readonly Arm[], verdicts: readonly Verdict[]): Arm | null {
  if (arms.length < 2) return null
  return arms.find((arm) => verdicts.filter(({ a, b }) => a === arm || b === arm).every(({ better }) => better === arm)) ?? null
}

/** A verdict in words, from `a`'s side. */
export function verdictText({ a, b, cases, runs, separable, better }: Verdict, { digits }: Measure): string {
  const parts: string[] = []
  if (cases === null) parts.push('no case has a value under both')
  else {
    const { interval } = cases
    const range = interval === null ? '' : `, 95 % interval ${signed(interval.low, digits)} to ${signed(interval.high, digits)}`
    const leftOut = cases.leftOut > 0 ? ` (${cases.leftOut} left out: only one has a value)` : ''
    parts.push(
      `given the trained networks, ${signed(cases.difference, digits)} over ${cases.cases} cases${leftOut}${range}, Wilcoxon p ${equals(cases.wilcoxon.pValue)}, Holm p ${equals(cases.adjustedP)}`,
    )
  }
  parts.push(runsText(runs, digits))
  return `${a.name} minus ${b.name}: ${parts.join('; ')}: ${separable ? `${better!.name} is better` : 'not separable'}.`
}

function runsText({ runs, difference, sd, interval }: RunDifferences, digits: number): string {
  if (runs === 0) return 'no fold and seed in common'
  if (runs === 1) return 'one run each, so nothing is known about training anew'
  const spread = `over ${runs} runs (fold × seed) ${signed(difference, digits)} ± ${sd!.toFixed(digits)}`
  if (interval === null) return `${spread}, too few for an interval`
  return `${spread}, 95 % interval ${signed(interval.low, digits)} to ${signed(interval.high, digits)}`
}

function equals(p: number): string {
  const text = pText(p)
  return text.startsWith('<') ? text : `= ${text}`
}

/** A run's difference is over the cases that have a value under both, so that a case lost in one run weighs in neither. */
function runDifferences(a: Arm, b: Arm, measure: MeasureName, testedPerTrained: number): RunDifferences {
  const differences = a.runs.flatMap((run) => {
    const other = b.runs.find(({ config }) => config.fold === run.config.fold && config.seed === run.config.seed)
    if (other === undefined) return []
    const ofB = caseValues([other], measure)
    const ofCases = [...caseValues([run], measure)].flatMap(([id, value]) => (ofB.has(id) ? [value - ofB.get(id)!] : []))
    return ofCases.length === 0 ? [] : [mean(ofCases)]
  })
  const n = differences.length
  if (n === 0) return { runs: 0, difference: 0, sd: null, interval: null }
  const difference = mean(differences)
  const sd = n > 1 ? sampleStandardDeviation(differences) : null
  if (sd === null || n < FEWEST_RUNS) return { runs: n, difference, sd, interval: null }
  const half = tQuantile((1 + LEVEL) / 2, n - 1) * sd * Math.sqrt(1 / n + testedPerTrained)
  return { runs: n, difference, sd, interval: { low: difference - half, high: difference + half, level: LEVEL } }
}
