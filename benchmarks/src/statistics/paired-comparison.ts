import { dualsegError } from '@dualseg/kernels'
import adjust from '@stdlib/stats-padjust'
import { mean } from 'simple-statistics'
import { type BootstrapOptions, bootstrapInterval, type Interval } from './bootstrap-interval'
import { pairedWilcoxon, type WilcoxonResult } from './paired-wilcoxon'

/** One value a case, by its id; what a case scored under several seeds is averaged before. */
export type CaseValues = ReadonlyMap<string, number>

/** Two methods on the cases that both were tested on. All of it is about these trained networks and new cases, not about training anew. */
export interface PairedComparison {
  /** Cases of both. */
  readonly cases: number
  /** Cases that only one of them has. */
  readonly leftOut: number
  /** Mean of a - b over the cases. */
  readonly difference: number
  /** Of that mean. */
  readonly interval: Interval | null
  readonly wilcoxon: WilcoxonResult
}

export interface AdjustedComparison extends PairedComparison {
  /** Holm's p: holds for all comparisons of the family together. */
  readonly adjustedP: number
  /** Holm's p below 1 - level, and the interval does not contain 0. */
  readonly separable: boolean
}

export function comparePaired(a: CaseValues, b: CaseValues, options: BootstrapOptions = {}): PairedComparison {
  // Sorted, so that the order of a folder's files decides nothing.
  const ids = [...a.keys()].filter((id) => b.has(id)).sort()
  if (ids.length === 0) throw dualsegError('DUALSEG_VALUE', 'comparePaired: no case was tested under both')
  const ofA = ids.map((id) => a.get(id)!)
  const ofB = ids.map((id) => b.get(id)!)
  const differences = ofA.map((value, i) => value - ofB[i]!)
  return {
    cases: ids.length,
    leftOut: a.size + b.size - 2 * ids.length,
    difference: mean(differences),
    interval: bootstrapInterval(differences, options),
    wilcoxon: pairedWilcoxon(ofA, ofB),
  }
}

/** Holm's correction over a family of comparisons that are looked at together. */
export function adjustFamily<T extends PairedComparison>(family: readonly T[], level = 0.95): (T & AdjustedComparison)[] {
  if (family.length === 0) return []
  const adjusted = adjust(
    family.map(({ wilcoxon }) => wilcoxon.pValue),
    'holm',
  )
  return family.map((comparison, i) => {
    const { interval } = comparison
    const excludesZero = interval !== null && (interval.low > 0 || interval.high < 0)
    return { ...comparison, adjustedP: adjusted[i]!, separable: adjusted[i]! < 1 - level && excludesZero }
  })
}
