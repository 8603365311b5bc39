import type { FoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'

/**
 * One fold that trains on every case but those that are held out.
 *
 * @param labelled every case with a label
 * @throws DUALSEG_USAGE if a case is to be held out that is none of them
 */
export function wholeFolds(labelled: readonly string[], unlabelled: readonly string[], heldOut: readonly string[]): FoldLists {
  const strange = heldOut.find((id) => !labelled.includes(id))
  if (strange !== undefined)
    throw dualsegError(
      'DUALSEG_USAGE',
      `--hold-out ${strange}: no case of this name has a label; expected some of ${labelled.slice(0, 5).join(', ')}${labelled.length > 5 ? ', …' : ''}`,
    )
  return {
    train: [labelled.filter((id) => !heldOut.includes(id))],
    test: [[...heldOut]],
    ...(unlabelled.length > 0 && { unlabelled }),
  }
}
