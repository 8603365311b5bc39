import { random } from '@dualseg/kernels/random'
import { FEWEST_VALUES, overlapInterval } from './overlap-interval'
import { pairedWilcoxon } from './paired-wilcoxon'

/** How differences between two methods vary, as finished runs show it. */
export interface Variation {
  /** Between runs of different labelled sets, a run each: SD of their mean differences. */
  readonly sets: number
  /** Between cases, given the trained networks. */
  readonly cases: number
  /** Test cases by training cases. */
  readonly testedPerTrained: number
}

/** A comparison that is planned: so many labelled sets with a run each, and so many different test cases among them. */
export interface PlannedComparison {
  readonly sets: number
  readonly cases: number
}

export interface PowerOptions {
  /** @default 0.95 */
  readonly level?: number
  /** @default 400 */
  readonly draws?: number
  /** @default 1 */
  readonly seed?: number
}

/**
 * The share of simulated comparisons that tell two methods apart which differ by `difference` in truth: the interval over labelled sets without 0,
 * and Wilcoxon's signed-rank test over the cases, in the same direction. Normal effects, those of sets and cases independent; one pair
 * of methods, so that nothing is corrected for others.
 */
export function powerOf(difference: number, plan: PlannedComparison, variation: Variation, options: PowerOptions = {}): number {
  const { level = 0.95, draws = 400, seed = 1 } = options
  if (plan.sets < FEWEST_VALUES) return 0
  const zeros = new Array<number>(plan.cases).fill(0)
  const [ofSets, ofCases] = [new Float32Array(plan.sets), new Float32Array(plan.cases)]
  let found = 0
  for (let draw = 0; draw < draws; draw++) {
    const stream = random(seed, 'power', draw, 0)
    stream.fillNormal(ofSets, difference, variation.sets)
    const { low, high } = overlapInterval([...ofSets], variation.testedPerTrained, level)!
    const sign = Math.sign(low + high)
    if (!(low > 0 || high < 0) || sign !== Math.sign(difference)) continue
    stream.fillNormal(ofCases, difference, variation.cases)
    const { pValue } = pairedWilcoxon([...ofCases], zeros)
    if (pValue < 1 - level) found++
  }
  return found / draws
}
