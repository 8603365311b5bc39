import { random } from '@dualseg/kernels/random'
import { dataError } from './data-error'

/** The ids of each fold, in list order. */
export interface FoldLists {
  train: string[][]
  test: string[][]
  /** Cases that nobody outlined: no fold tests them or counts them as labelled, every fold trains on them as unlabelled. @default none */
  unlabelled?: readonly string[]
  /** The patient of each case, where some have several scans: a fold leaves out unlabelled scans of patients that it tests. @default every case is one of its own */
  patients?: ReadonlyMap<string, string>
}

/** The cases of one run. */
export interface Fold {
  fold: number
  labelled: string[]
  unlabelled: string[]
  test: string[]
}

/** Predictions, pages and folders are named after cases: such a path leads nowhere else. */
const CASE_NAME = /^[^./\\\0][^/\\\0]*$/

/**
 * Reads one id a line (LF or CRLF; empty lines are skipped), in Unicode's composed form: the same name may be stored in two.
 *
 * @param name of the list, for messages
 * @throws DUALSEG_DATA if an id comes twice, is no name that a file can have, or none is there
 */
export function parseFoldList(text: string, name: string): string[] {
  const ids = text
    .normalize('NFC')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (ids.length === 0) throw dataError(`${name}: the list is empty; expected one case id a line`)
  const nameless = ids.find((id) => !CASE_NAME.test(id))
  if (nameless !== undefined)
    throw dataError(
      `${name}: ${JSON.stringify(nameless)} is no name of a case, for files are named after cases; expected one without slashes that does not begin with a dot`,
    )
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw dataError(`${name}: ${twice} is listed twice; every case may stand in a list once`)
  return ids
}

/**
 * Checks that no test case is trained on, that the test lists do not overlap, and that no fold has forgotten what another one tests. Training cases
 * that no list tests are fine, and so is a single split.
 *
 * @param options.caseCount how many cases there must be in all
 * @throws DUALSEG_DATA with the fold and the case at fault
 */
export function checkFoldLists(lists: FoldLists, options: { name: string; caseCount?: number }): void {
  const { name, caseCount } = options
  if (lists.train.length !== lists.test.length || lists.test.length === 0) {
    throw dataError(
      `${name}: ${lists.train.length} training lists and ${lists.test.length} test lists; expected one of each a fold`,
    )
  }
  const tested = lists.test.flat()
  const all = caseIdsOf(lists)
  const overlap = tested.find((id, index) => tested.indexOf(id) !== index)
  if (overlap !== undefined) throw dataError(`${name}: ${overlap} is a test case of two folds; test lists must not overlap`)
  if (caseCount !== undefined && all.length !== caseCount)
    throw dataError(`${name}: ${all.length} cases in all, expected ${caseCount}`)
  lists.train.forEach((train, fold) => {
    const test = new Set(lists.test[fold])
    const both = train.find((id) => test.has(id))
    if (both !== undefined)
      throw dataError(`${name}, fold ${fold}: ${both} is in the training and in the test list; take it out of one`)
    const known = new Set(train)
    const forgotten = tested.find((id) => !known.has(id) && !test.has(id))
    if (forgotten !== undefined) {
      throw dataError(
        `${name}, fold ${fold}: ${forgotten}, which another fold tests, is in neither of its lists; add it, or make a data set of each split`,
      )
    }
  })
}

/** Every case of the lists once: tested ones fold by fold, then those that are trained on only, then those without labels. */
export function caseIdsOf({ train, test, unlabelled = [] }: FoldLists): string[] {
  return [...new Set([...test.flat(), ...train.flat(), ...unlabelled])]
}

/**
 * The cases of one fold by the references' rule: the first `labelledCount` of the unshuffled training list are labelled, the rest unlabelled, and behind it
 * those that have no label.
 *
 * @throws DUALSEG_VALUE if the fold does not exist or the count leaves no labelled case or exceeds the list
 */
export function splitFold(lists: FoldLists, fold: number, labelledCount: number): Fold {
  const { train, test } = listsOf('splitFold', lists, fold, labelledCount)
  const unlabelled = [...train.slice(labelledCount), ...unlabelledOf(lists, fold)]
  return { fold, labelled: train.slice(0, labelledCount), unlabelled, test: [...test] }
}

/**
 * The cases of one fold with the labelled ones drawn from its training list, anew for every fold and seed; both parts keep the list's order. A larger count of one
 * fold and seed takes a smaller one's cases and more. Where every fold and seed has the same first cases, nothing can be learnt of other labelled cases.
 *
 * @throws DUALSEG_VALUE as {@link splitFold}
 */
export function drawSplit(lists: FoldLists, fold: number, labelledCount: number, seed: number): Fold {
  const { train, test } = listsOf('drawSplit', lists, fold, labelledCount)
  const stream = random(seed, 'labelled cases', fold, 0)
  const order = [...train]
  for (let last = order.length - 1; last > 0; last--) {
    const other = stream.integer(0, last + 1)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  const drawn = new Set(order.slice(0, labelledCount))
  const part = (isLabelled: boolean) => train.filter((id) => drawn.has(id) === isLabelled)
  return { fold, labelled: part(true), unlabelled: [...part(false), ...unlabelledOf(lists, fold)], test: [...test] }
}

/** The cases without labels that a fold trains on. */
export function unlabelledOf({ test, unlabelled = [], patients }: FoldLists, fold: number): string[] {
  if (patients === undefined) return [...unlabelled]
  const tested = new Set(test[fold]?.map((id) => patients.get(id)))
  return unlabelled.filter((id) => !tested.has(patients.get(id)))
}

function listsOf(where: string, lists: FoldLists, fold: number, labelledCount: number): { train: string[]; test: string[] } {
  const train = lists.train[fold]
  const test = lists.test[fold]
  if (!train || !test) {
    throw dataError(`${where}: fold ${fold} does not exist, there are folds 0-${lists.train.length - 1}`, {
      code: 'DUALSEG_VALUE',
    })
  }
  if (!Number.isInteger(labelledCount) || labelledCount < 1 || labelledCount > train.length) {
    throw dataError(
      `${where}: ${labelledCount} labelled cases; fold ${fold} has ${train.length} training cases, take 1 to ${train.length}`,
      {
        code: 'DUALSEG_VALUE',
      },
    )
  }
  return { train, test }
}

/** Folds in the manner of the LA lists: consecutive test blocks, and training list k = the other blocks in order. */
export function makeFoldLists(ids: readonly string[], foldCount: number): FoldLists {
  if (!Number.isInteger(foldCount) || foldCount < 2 || foldCount > ids.length) {
    throw dataError(`makeFoldLists: ${ids.length} cases cannot make ${foldCount} folds`, { code: 'DUALSEG_VALUE' })
  }
  const bound = (fold: number) => Math.floor((fold * ids.length) / foldCount)
  const test = Array.from({ length: foldCount }, (_, fold) => ids.slice(bound(fold), bound(fold + 1)))
  const train = test.map((_, fold) => test.filter((_, other) => other !== fold).flat())
  return { train, test }
}
