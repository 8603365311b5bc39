import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { dualsegError } from '@dualseg/kernels'

/**
 * Whether a file of a case is there. One that is behind a link to a disk that is not mounted is missing, which is another thing: a case would be left out of
 * training, or its label, without a word.
 *
 * @throws DUALSEG_DATA if the path, or a folder on its way, is a link that leads nowhere
 */
export function isThere(path: string): boolean {
  if (existsSync(path)) return true
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if (!lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() || existsSync(at)) continue
    throw dualsegError(
      'DUALSEG_DATA',
      `${at} is a link to ${readlinkSync(at)}, which is not there; mend the link or take it away`,
    )
  }
  return false
}
