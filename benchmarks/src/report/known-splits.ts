import { type FoldLists, splitFold } from '@dualseg/data'
import { dataIdentity, drawingSha256, type RunSplit, type SplitCases } from '@dualseg/trainer'
import type { ReportedRun } from './run-files'

/** A run's cases, and what of them is known. */
export interface KnownSplit extends Omit<RunSplit, 'volumes' | 'rule'> {
  /** undefined: not known. */
  readonly volumes: RunSplit['volumes'] | undefined
  readonly rule: RunSplit['rule'] | undefined
  /** The run's own folder says so, or lists do that have the hash of its identity. */
  readonly from: 'run' | 'lists'
}

/** What is here of a data set: its folds, and its volumes' sums where they are listed. */
export interface ListedData {
  readonly folds: FoldLists
  readonly volumes?: RunSplit['volumes']
}

/**
 * Runs with their cases. For those that kept none (of an older version), lists with the hash that stands in the run's identity prove them:
 * other runs' lists, then those on disk.
 *
 * @param listed what is here of the runs' data set; asked only if a run kept no lists
 */
export async function withKnownSplits(
  runs: readonly ReportedRun[],
  listed: (dataset: string) => Promise<ListedData | undefined>,
): Promise<ReportedRun[]> {
  const here = new Map<string, ListedData | undefined>()
  for (const { config, split } of runs) {
    const { dataset } = config.data
    if (split === undefined && !here.has(dataset)) here.set(dataset, await listed(dataset))
  }
  const told = runs.map((run): ReportedRun => {
    const { dataset } = run.config.data
    const others = runs.flatMap(({ config, split }) => (split !== undefined && config.data.dataset === dataset ? [split] : []))
    return { ...run, split: run.split ?? provenSplit(run, others, here.get(dataset)) }
  })
  return told.map((run) => ({ ...run, split: run.split && { ...run.split, drawings: drawingsOf(run, told) } }))
}

function provenSplit(
  { config }: ReportedRun,
  others: readonly KnownSplit[],
  here: ListedData | undefined,
): KnownSplit | undefined {
  const { fold, labelledCases, method, data } = config
  const candidates = [
    ...others,
    ...splitsHere(here, fold, labelledCases),
    // As a method has them that learns from labelled cases alone.
  ].map((one) => (method.usesUnlabelled ? one : { ...one, unlabelled: [] }))
  const found = candidates.find((one) => listsSha256(one) === data.listsSha256)
  if (found === undefined) return undefined
  const proven = candidates.find(({ volumes }) => volumes && volumesSha256(found, volumes) === data.volumesSha256)
  return { ...found, volumes: proven && volumesOf(found, proven.volumes!), rule: proven?.rule, from: 'lists' }
}

function listsSha256(cases: SplitCases): string {
  return dataIdentity('', { ...cases, volumes: {} }).listsSha256
}

function volumesSha256(cases: SplitCases, volumes: RunSplit['volumes']): string {
  return dataIdentity('', { ...cases, volumes }).volumesSha256
}

function volumesOf({ labelled, unlabelled, test }: SplitCases, volumes: RunSplit['volumes']): RunSplit['volumes'] {
  return Object.fromEntries([...labelled, ...unlabelled, ...test].map((id) => [id, volumes[id]!]))
}

function splitsHere(here: ListedData | undefined, fold: number, labelled: number): KnownSplit[] {
  const train = here?.folds.train[fold]
  if (here === undefined || train === undefined || labelled > train.length) return []
  const cases = splitFold(here.folds, fold, labelled)
  return [{ ...cases, volumes: here.volumes, rule: undefined, drawings: [drawingSha256(here.folds)], from: 'lists' }]
}

/** The same lists belong to the same drawings, whichever run says so. */
function drawingsOf({ config }: ReportedRun, runs: readonly ReportedRun[]): string[] {
  const alike = runs.filter((other) => other.config.data.listsSha256 === config.data.listsSha256)
  return [...new Set(alike.flatMap(({ split }) => split?.drawings ?? []))].sort()
}
