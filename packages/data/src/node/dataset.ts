import { join } from 'node:path'
import { type FoldLists, makeFoldLists } from '../fold'
import { phantomIds } from '../la-phantom'
import { LA_PREPARATION, PHANTOM_PREPARATION, type Preparation } from '../preparation'
import type { CaseSource, LaSource, PhantomSource } from './case-source'
import { readFoldLists } from './fold-lists'
import { readSha256Sums } from './sha256-sums'

/** Cases and how they are split. */
export interface Dataset<S extends CaseSource = CaseSource> {
  /** Also a folder's name: `la`, `phantom`. */
  name: string
  source: S
  folds: FoldLists
  ids: string[]
  /** How its volumes came about from scans, where that is known: new scans are brought to the same for prediction. */
  preparation?: Preparation
  /** Distances are measured in mm where its scans have a spacing. @default false: in voxels, as the papers have them */
  inMillimetres?: boolean
  /** What one should know of it before training, a sentence each. */
  notes?: readonly string[]
}

/** Five folds of twenty, as the papers have them. */
const FOLDS = 5
const LA_CASES = 100

/**
 * The Left Atrium data set; nothing is read but lists, `verifyLa` looks at the volumes.
 *
 * @param folder with `SHA256SUMS` and `folds/`: the project's `datasets/la`
 * @param root the folder that holds one folder a case, from `findLa`
 */
export async function laDataset(folder: string, root: string): Promise<Dataset<LaSource>> {
  const folds = await readFoldLists(join(folder, 'folds'), { caseCount: LA_CASES })
  const sha256 = await readSha256Sums(join(folder, 'SHA256SUMS'))
  return { name: 'la', source: { kind: 'la', root, sha256 }, folds, ids: Object.keys(sha256), preparation: LA_PREPARATION }
}

/** A hundred phantoms in five folds, for the same protocol without data. */
export function phantomDataset(seed: number): Dataset<PhantomSource> {
  const ids = phantomIds()
  return {
    name: 'phantom',
    source: { kind: 'phantom', seed },
    folds: makeFoldLists(ids, FOLDS),
    ids,
    preparation: PHANTOM_PREPARATION,
  }
}
