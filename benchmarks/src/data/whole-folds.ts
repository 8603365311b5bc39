import type { FoldLists } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'

/**
 * One fold that trains on every case but those that are held out.
 *
 * @param labelled every case with a label
 * @param given as typed: each the name of a case, or names with commas between
 * @throws DUALSEG_USAGE if a case is to be held out that is none of them
 */
export function wholeFolds(labelled: readonly string[], unlabelled: readonly string[], given: readonly string[]): FoldLists {
  const heldOut = [...new Set(given.flatMap((words) => namesIn(words.normalize('NFC'), labelled)))]
  const strange = heldOut.find((id) => !labelled.includes(id))
  if (strange !== undefined)
    throw dualsegError(
      'DUALSEG_USAGE',
      `--hold-out ${strange}: no case of this name has a label; expected some of ${labelled.slice(0, 5).join(', ')}${labelled.length > 5 ? ', …' : ''}`,
    )
  return {
    train: [labelled.filter((id) => !heldOut.includes(id))],
    test: [heldOut],
    ...(unlabelled.length > 0 && { unlabelled }),
  }
}

/** A name may have a comma in it: what is a case's as a whole is not taken apart. */
function namesIn(words: string, labelled: readonly string[]): string[] {
  if (labelled.includes(words)) return [words]
  const names = words.split(',').map((name) => name.trim())
  if (names.includes('')) throw dualsegError('DUALSEG_USAGE', `--hold-out ${words}: a name is empty; leave out one comma.`)
  return names
}
