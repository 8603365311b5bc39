import { type FoldLists, splitFold } from '@dualseg/data'

/** What folds have in common where they should have nothing: sentences about labelled cases that more than one of them trains on. */
export function sharedLabels(lists: FoldLists, folds: readonly number[], labelled: number): string[] {
  const alike: { folds: number[]; cases: string[] }[] = []
  for (const fold of folds) {
    const cases = splitFold(lists, fold, labelled).labelled
    const same = alike.find((group) => group.cases.every((id) => cases.includes(id)))
    if (same === undefined) alike.push({ folds: [fold], cases })
    else same.folds.push(fold)
  }
  const whole = alike
    .filter((group) => group.folds.length > 1)
    .map((group) => `Folds ${listed(group.folds)} share all ${labelled} labelled cases: ${CONSEQUENCE}`)
  const parts = alike.flatMap((a, i) =>
    alike.slice(i + 1).flatMap((b) => {
      const both = a.cases.filter((id) => b.cases.includes(id)).length
      return both === 0
        ? []
        : [`Folds ${listed(a.folds)} and ${listed(b.folds)} share ${both} of ${labelled} labelled cases: ${CONSEQUENCE}`]
    }),
  )
  return [...whole, ...parts]
}

const CONSEQUENCE =
  'their runs are less independent than their number says, and the spread over folds and runs is too small by that.'

function listed(numbers: readonly number[]): string {
  if (numbers.length === 1) return String(numbers[0])
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`
}
