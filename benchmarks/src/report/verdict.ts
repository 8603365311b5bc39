import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from '../statistics/bootstrap-interval'
import { caseValues } from '../statistics/case-values'
import { overlapInterval } from '../statistics/overlap-interval'
import { type AdjustedComparison, adjustFamily, comparePaired } from '../statistics/paired-comparison'
import type { WilcoxonResult } from '../statistics/paired-wilcoxon'
import type { Arm } from './arm'
import type { Comparison } from './comparison'
import { groupBy } from './group-by'
import { type Measure, type MeasureName, pText, signed } from './measures'
import { runPairs } from './run-pairs'
import { isTwin, twinRow } from './supervised-twins'

const LEVEL = 0.95

/** The differences of two arms' run means over the folds and seeds that both have. */
export interface RunDifferences {
  readonly runs: number
  /** Different sets of labelled cases among them. */
  readonly labelledSets: number
  /** Mean over the sets, the runs of each averaged first. */
  readonly difference: number
  /** Between the sets. */
  readonly sd: number | null
  /** Over the sets, see `overlapInterval`; null for fewer than three: nothing is known about other labelled cases then. */
  readonly interval: Interval | null
  /** Test cases by training cases: of the runs compared, that which was trained on the fewest for its tests; null without runs. */
  readonly testedPerTrained: number | null
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
 * Every pair of methods under one measure, and every method with its supervised twin; Holm's correction is over these pairs.
 *
 * @param besides one more pair, such as two twins
 */
export function verdictsOf(comparison: Comparison, measure: Measure, besides: readonly Arm[] = []): Verdict[] {
  return verdictsOfFamily([comparison], measure, besides)[0]!
}

/** The same of comparisons that are looked at together, as those of a data set's classes: Holm's correction is over the pairs of all. */
export function verdictsOfFamily(
  comparisons: readonly Comparison[],
  measure: Measure,
  besides: readonly Arm[] = [],
): Verdict[][] {
  const pairsOf = comparisons.map((one) => pairsIn(one, besides))
  const pairs = pairsOf.flat()
  const compared = pairs.flatMap(({ a, b }) => {
    const [ofA, ofB] = [caseValues(a.runs, measure.name), caseValues(b.runs, measure.name)]
    return [...ofA.keys()].some((id) => ofB.has(id)) ? [{ a, b, ...comparePaired(ofA, ofB, { level: LEVEL }) }] : []
  })
  const family = adjustFamily(compared, LEVEL)
  const verdictOf = ({ a, b }: { a: Arm; b: Arm }): Verdict => {
    const cases = family.find((one) => one.a === a && one.b === b) ?? null
    const runs = runDifferences(a, b, measure.name)
    const beyondZero = runs.interval !== null && (runs.interval.low > 0 || runs.interval.high < 0)
    const separable = cases?.separable === true && beyondZero && Math.sign(cases.difference) === Math.sign(runs.difference)
    const aIsBetter = runs.difference > 0 === (measure.better === 'higher')
    return { a, b, measure: measure.name, cases, runs, separable, better: separable ? (aIsBetter ? a : b) : null }
  }
  return pairsOf.map((ofOne) => ofOne.map(verdictOf))
}

function pairsIn({ arms, conditions }: Comparison, besides: readonly Arm[]): { a: Arm; b: Arm }[] {
  const isPair = (a: Arm, b: Arm) =>
    (!isTwin(a) && !isTwin(b)) || twinRow(a, [b], conditions.protocol) === b || twinRow(b, [a], conditions.protocol) === a
  return arms.flatMap((a, i) =>
    arms.slice(i + 1).flatMap((b) => (isPair(a, b) || (besides.includes(a) && besides.includes(b)) ? [{ a, b }] : [])),
  )
}

/** The method that is separably better than every other one and than its own twin, if there is one: the only figure that may be bold. */
export function separablyBest(arms: readonly Arm[], verdicts: readonly Verdict[]): Arm | null {
  const candidates = arms.filter((arm) => !isTwin(arm))
  if (candidates.length < 2) return null
  return (
    candidates.find((arm) => verdicts.filter(({ a, b }) => a === arm || b === arm).every(({ better }) => better === arm)) ?? null
  )
}

/** The same verdict as `arm` minus the other one. */
export function fromSideOf(arm: Arm, verdict: Verdict): Verdict {
  if (verdict.a === arm) return verdict
  const { a, b, cases, runs } = verdict
  const turned = <T extends { readonly difference: number; readonly interval: Interval | null }>(one: T): T => ({
    ...one,
    difference: -one.difference,
    interval: one.interval && { ...one.interval, low: -one.interval.high, high: -one.interval.low },
  })
  return {
    ...verdict,
    a: b,
    b: a,
    cases: cases && { ...turned(cases), wilcoxon: turnedRanks(cases.wilcoxon) },
    runs: turned(runs),
  }
}

/** The ranks of positive differences are the rest of all ranks then. */
function turnedRanks(wilcoxon: WilcoxonResult): WilcoxonResult {
  const { statistic, differing } = wilcoxon
  return { ...wilcoxon, statistic: (differing * (differing + 1)) / 2 - statistic }
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

function runsText({ runs, labelledSets, difference, sd, interval, testedPerTrained }: RunDifferences, digits: number): string {
  if (runs === 0) return 'no fold and seed in common'
  if (runs === 1) return 'one run each, so nothing is known about training anew'
  const sets = `${runs} runs (fold × seed) with ${labelledSets === 1 ? 'one labelled set' : `${labelledSets} labelled sets`}`
  const spread = `over ${sets} ${signed(difference, digits)}${sd === null ? '' : ` ± ${sd.toFixed(digits)}`}`
  if (interval === null) return `${spread}, so nothing is known about other labelled cases`
  const range = `95 % interval ${signed(interval.low, digits)} to ${signed(interval.high, digits)}`
  return `${spread}, ${range} (tested : trained ${testedPerTrained!.toFixed(2)})`
}

function equals(p: number): string {
  const text = pText(p)
  return text.startsWith('<') ? text : `= ${text}`
}

/** Runs that share their labelled cases say the same of what other ones would do: they are averaged, and the sets are what is counted. */
export function runDifferences(a: Arm, b: Arm, measure: MeasureName): RunDifferences {
  const pairs = runPairs(a, b, measure)
  if (pairs.length === 0) return { runs: 0, labelledSets: 0, difference: 0, sd: null, interval: null, testedPerTrained: null }
  const bySet = [...groupBy(pairs, ({ labelledSet }) => labelledSet).values()]
  const differences = bySet.map((ofSet) => mean(ofSet.map(({ difference }) => difference)))
  const testedPerTrained = Math.max(...pairs.map((pair) => pair.testedPerTrained))
  return {
    runs: pairs.length,
    labelledSets: differences.length,
    difference: mean(differences),
    sd: differences.length > 1 ? sampleStandardDeviation(differences) : null,
    interval: overlapInterval(differences, testedPerTrained, LEVEL),
    testedPerTrained,
  }
}
