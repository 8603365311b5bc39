import { drawSplit, type Fold, type FoldLists, splitFold } from '@dualseg/data'
import type { Protocol } from '@dualseg/trainer'
import { choose } from '../command-line/choose'
import type { ReadArguments } from '../command-line/read-arguments'

const CHOICES = ['first', 'drawn'] as const

/** Which cases of a training list have labels. */
export type LabelledCases = (typeof CHOICES)[number]

export const labelledCasesArgument = (usual: LabelledCases) =>
  ({
    type: 'string',
    description: 'first (of the training list, as published) or drawn (anew for every fold and seed)',
    default: usual,
  }) as const

export function readLabelledCases(args: ReadArguments): Pick<Protocol, 'labelledCases'> {
  return choose('--labelled-cases', String(args['labelled-cases']), CHOICES) === 'drawn' ? { labelledCases: 'drawn' } : {}
}

/** The cases of one run. */
export function splitOf(lists: FoldLists, protocol: Protocol, run: { fold: number; seed: number; labelled: number }): Fold {
  const { fold, seed, labelled } = run
  return protocol.labelledCases === 'drawn' ? drawSplit(lists, fold, labelled, seed) : splitFold(lists, fold, labelled)
}
