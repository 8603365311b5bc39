import { dualsegError } from '@dualseg/kernels'

const MOST_FOLDS = 5
/** A batch of two labelled cases and two without labels, and something to test. */
const FEWEST_CASES = 4
/** Of a fold's training cases, where all of them have labels: the share of the published comparison (16 of 80). */
const LABELLED_SHARE = 0.2
/** `supervised` takes four labelled cases a batch at full size. */
const FEWEST_LABELLED = 4

export interface ProposedCounts {
  readonly folds: number
  readonly labelled: number
  readonly guesses: readonly string[]
}

/**
 * Folds and labelled cases for a number of scans with and without labels: all labels of a training list where there are scans without any, else a fifth of them.
 *
 * @throws DUALSEG_DATA for too few
 */
export function proposeCounts(labelled: number, unlabelled: number, folder: string, label: string): ProposedCounts {
  if (labelled < FEWEST_CASES) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${folder}: ${labelled} of ${labelled + unlabelled} scans have a label (${label.replaceAll('{case}', '<case>')}); at least ${FEWEST_CASES} are needed to train and test`,
    )
  }
  const folds = Math.min(MOST_FOLDS, Math.floor(labelled / 2))
  const trained = labelled - Math.ceil(labelled / folds)
  const share = Math.max(1, Math.round(LABELLED_SHARE * trained), Math.min(FEWEST_LABELLED, trained - 2))
  const count = unlabelled >= 2 ? trained : share
  return {
    folds,
    labelled: count,
    guesses: [
      `${folds} folds of ${labelled} cases with labels`,
      unlabelled >= 2
        ? `${count} labelled cases, all that a fold trains on, for ${unlabelled} scans have no label`
        : `${count} labelled cases of the ${trained} that a fold trains on, the others as if they had no label`,
    ],
  }
}
