import type { ReportedRun } from './run-files'

/** What folds have in common where they should have nothing: sentences about labelled cases that more than one of them trained on. */
export function sharedLabels(runs: readonly ReportedRun[]): string[] {
  const alike: { folds: number[]; cases: readonly string[] }[] = []
  for (const { config, split } of runs) {
    if (split === undefined) continue
    const { fold } = config
    const cases = split.labelled
    const same = alike.find((group) => isSameSet(group.cases, cases))
    if (same === undefined) alike.push({ folds: [fold], cases })
    else if (!same.folds.includes(fold)) same.folds.push(fold)
  }
  const whole = alike
    .filter((group) => group.folds.length > 1)
    .map(({ folds, cases }) => `Folds ${listed(folds)} share all ${cases.length} labelled cases: ${CONSEQUENCE}`)
  const parts = alike.flatMap((a, i) =>
    alike.slice(i + 1).flatMap((b) => {
      const both = a.cases.filter((id) => b.cases.includes(id)).length
      return both === 0
        ? []
        : [`Folds ${listed(a.folds)} and ${listed(b.folds)} share ${both} of ${a.cases.length} labelled cases: ${CONSEQUENCE}`]
    }),
  )
  return [...whole, ...parts]
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id))
}

const CONSEQUENCE =
  'their runs are less independent than their number says, and the spread over folds and runs is too small by that.'

function listed(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  if (sorted.length === 1) return String(sorted[0])
  return `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1)}`
}
