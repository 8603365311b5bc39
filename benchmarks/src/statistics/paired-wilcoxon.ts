import { dualsegError } from '@dualseg/kernels'
import wilcoxon from '@stdlib/stats-wilcoxon'

export interface WilcoxonResult {
  /** Sum of the ranks of positive differences. */
  readonly statistic: number
  /** Two-sided. */
  readonly pValue: number
  /** Pairs that differ: those that do not say nothing and are left out (Wilcoxon 1945). */
  readonly differing: number
}

/**
 * Wilcoxon's signed-rank test of paired values: exact for up to fifty pairs without ties, else the normal approximation with
 * corrections for ties and continuity. Pairs that are all equal have p = 1.
 */
export function pairedWilcoxon(a: readonly number[], b: readonly number[]): WilcoxonResult {
  if (a.length !== b.length || a.length === 0) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `pairedWilcoxon: ${a.length} and ${b.length} values; expected as many of both, at least one`,
    )
  }
  if ([...a, ...b].some((value) => !Number.isFinite(value))) {
    throw dualsegError('DUALSEG_NAN', 'pairedWilcoxon: a value is not finite; leave such pairs out, and say so')
  }
  const differing = a.filter((value, i) => value !== b[i]).length
  if (differing === 0) return { statistic: 0, pValue: 1, differing }
  // A single pair has two orders of sign, either as extreme as the other.
  if (a.length === 1) return { statistic: a[0]! > b[0]! ? 1 : 0, pValue: 1, differing }
  const { statistic, pValue } = wilcoxon([...a], [...b], { zeroMethod: 'wilcox' })
  return { statistic, pValue: Math.min(1, pValue), differing }
}
