import { FEWEST_VALUES } from '../statistics/overlap-interval'
import { beyondProtocol } from './beyond-protocol'
import type { Comparison } from './comparison'
import { PUBLISHED } from './published'
import type { ReportedRun } from './run-files'
import { sharedLabels } from './shared-labels'

/** What to beware of in the figures of one comparison, in sentences. */
export function cautionsOf(comparison: Comparison): string[] {
  const { conditions, arms, missing, unlike, part } = comparison
  const { dataset, profile, settings } = conditions
  const runs = arms.flatMap((arm) => arm.runs)
  const sets = new Set(runs.map(({ split }) => JSON.stringify([...(split?.labelled ?? [])].sort()))).size
  const said: string[] = [...(part?.why ?? []), ...unlike]
  if (arms.length > 1 && sets < FEWEST_VALUES) {
    said.push(
      `${sets === 1 ? 'One set' : 'Two sets'} of labelled cases cannot separate methods, however many runs share it: nothing is known about other labelled cases.`,
    )
  }
  said.push(...listsTold(runs), ...sharedLabels(runs))
  if (missing.length > 0) {
    said.push(
      `${missing.length} of ${runs.length + missing.length} runs are missing: ${missing.join('; ')}. Pairs are compared on what both have.`,
    )
  }
  if (profile.startsWith('quick')) {
    said.push('A quick table shows that things work, not which method is better: differences under 0.05 Dice are noise here.')
  }
  if (dataset.endsWith('phantom')) {
    said.push('These are phantom volumes made by this program, not patients; no figure here says anything about an organ.')
  } else if (PUBLISHED[dataset] !== undefined && profile !== 'full') {
    said.push('The paper’s columns are another profile (full size, all folds): they stand for orientation, not for comparison.')
  } else if (PUBLISHED[dataset] !== undefined && beyondProtocol(settings).length > 0) {
    said.push('The paper’s columns are of runs without augmentation and mirroring.')
  }
  return said
}

/** Where the runs' cases are known from, if not from the runs. */
function listsTold(runs: readonly ReportedRun[]): string[] {
  const [unknown, recovered] = [
    runs.filter(({ split }) => split === undefined),
    runs.filter(({ split }) => split?.from === 'lists'),
  ]
  return [
    ...(unknown.length === 0
      ? []
      : [
          `Which cases ${count(unknown, runs)} had is not known: whether folds share labelled cases cannot be said, and intervals over runs take the labelled cases for all that were trained on.`,
        ]),
    ...(recovered.length === 0
      ? []
      : [
          `${recovered.length === runs.length ? 'These runs' : `${recovered.length} of these ${runs.length} runs`} kept no lists of their cases; they are those that lists here give, whose hash stands in the runs’ identity.`,
        ]),
  ]
}

function count(some: readonly ReportedRun[], all: readonly ReportedRun[]): string {
  return some.length === all.length ? 'these runs' : `${some.length} of these ${all.length} runs`
}
