import { drawSplit, type Fold, type FoldLists, splitFold } from '@dualseg/data'
import type { Protocol } from '@dualseg/trainer'
import { choose, oneInteger } from '../command-line/choose'
import type { ReadArguments } from '../command-line/read-arguments'

/** What a fold's training list holds is looked up when its data set is located. */
const MAX_LABELLED = 1_000_000

const CHOICES = ['first', 'drawn'] as const

/** Which cases of a training list have labels. */
export type LabelledCases = (typeof CHOICES)[number]

export const labelledCasesArgument = (usual: LabelledCases) =>
  ({
    type: 'string',
    description: 'first (of the training list, as published) or drawn (anew for every fold and seed)',
    default: usual,
  }) as const

/** How many have labels: a number, or all of the training list, the upper bound. */
export type LabelledCount = number | 'all'

/** `4,8,16,all`: numbers of labelled cases, without repetitions. */
export function readCounts(given: string): LabelledCount[] {
  const parts = given.split(',').map((part) => part.trim())
  return [...new Set(parts)].map((part) => (part === 'all' ? part : oneInteger('--labelled', part, 1, MAX_LABELLED)))
}

export function readLabelledCases(args: ReadArguments): Pick<Protocol, 'labelledCases'> {
  return choose('--labelled-cases', String(args['labelled-cases']), CHOICES) === 'drawn' ? { labelledCases: 'drawn' } : {}
}

/** The same as a number, for a fold that there is. */
export function countOf(labelled: LabelledCount, { train }: FoldLists, fold: number): number {
  return labelled === 'all' ? train[fold]!.length : labelled
}

/** The cases of one run. */
export function splitOf(
  lists: FoldLists,
  protocol: Protocol,
  run: { fold: number; seed: number; labelled: LabelledCount },
): Fold {
  const { fold, seed } = run
  const labelled = countOf(run.labelled, lists, fold)
  return protocol.labelledCases === 'drawn' ? drawSplit(lists, fold, labelled, seed) : splitFold(lists, fold, labelled)
}
