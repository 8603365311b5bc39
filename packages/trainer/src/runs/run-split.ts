import type { FoldLists } from '@dualseg/data'
import { canonicalJson, type Json, sha256 } from './disk/canonical-json'
import type { DataIdentity } from './run-plan'

/** The cases of one run, each list in its order. */
export interface SplitCases {
  readonly fold: number
  readonly labelled: readonly string[]
  /** None for a method that learns from labelled cases alone. */
  readonly unlabelled: readonly string[]
  readonly test: readonly string[]
}

/** Which cases a run learnt from and was tested on, and what tells whether another run's were the same. */
export interface RunSplit extends SplitCases {
  /** SHA-256 by case of its volumes and of how they were taken from their files. */
  readonly volumes: Readonly<Record<string, string>>
  /** By what rule files became volumes (which labels are the organ, which intensities); null where there is none. */
  readonly rule: Json
  /** `drawingSha256` of every set of folds that is known to hold these lists: more than one, where only another fold's were edited. */
  readonly drawings: readonly string[]
}

/** The part of a run's identity that its split decides. */
export function dataIdentity(dataset: string, { volumes, ...cases }: SplitCases & Pick<RunSplit, 'volumes'>): DataIdentity {
  return { dataset, listsSha256: listsSha256(cases), volumesSha256: volumesSha256(cases, volumes) }
}

function listsSha256({ fold, labelled, unlabelled, test }: SplitCases): string {
  return sha256(JSON.stringify({ fold, labelled, unlabelled, test }))
}

/** @param volumes SHA-256 by case */
function volumesSha256({ labelled, unlabelled, test }: SplitCases, volumes: Readonly<Record<string, string>>): string {
  return sha256([...labelled, ...unlabelled, ...test].map((id) => `${id} ${volumes[id]}\n`).join(''))
}

/** What all folds of one drawing have in common: the lists of each of them, and the cases without labels. */
export function drawingSha256({ train, test, unlabelled = [] }: FoldLists): string {
  return sha256(canonicalJson({ train, test, ...(unlabelled.length > 0 && { unlabelled: [...unlabelled] }) }))
}
