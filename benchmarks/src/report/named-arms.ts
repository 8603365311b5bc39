import { dualsegError } from '@dualseg/kernels'
import type { Arm } from './arm'
import type { ReportedComparison } from './report'

/** The names of all rows, each once. */
export function knownArms(comparisons: readonly ReportedComparison[]): string[] {
  return [...new Set(comparisons.flatMap(({ comparison }) => comparison.arms.map(({ name }) => name)))]
}

/**
 * The tables that have both rows.
 *
 * @throws DUALSEG_DATA if none has, with what keeps their runs apart
 */
export function armsNamed(
  comparisons: readonly ReportedComparison[],
  a: string,
  b: string,
): { reported: ReportedComparison; pair: [Arm, Arm] }[] {
  const found = comparisons.flatMap((reported) => {
    const [first, second] = [a, b].map((name) => reported.comparison.arms.find((arm) => arm.name === name))
    return first === undefined || second === undefined ? [] : [{ reported, pair: [first, second] as [Arm, Arm] }]
  })
  if (found.length === 0) throw notComparable(comparisons, a, b)
  return found
}

export function notComparable(comparisons: readonly ReportedComparison[], a: string, b: string): Error {
  const has = (name: string) => (one: ReportedComparison) => one.comparison.arms.some((arm) => arm.name === name)
  const sides = comparisons.filter(has(a)).flatMap((one) => one.comparison.part?.why ?? [])
  const why = comparisons.some(has(b)) && sides.length > 0 ? `\n${sides.join('\n')}` : ''
  return dualsegError(
    'DUALSEG_DATA',
    `${a} and ${b} have no runs that may be compared: of the same settings, data, rule and drawing of folds; \`bench list\` shows what there is${why}`,
  )
}
