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
    if (!isLink(at) || existsSync(at)) continue
    throw dualsegError(
      'DUALSEG_DATA',
      `${at} is a link to ${readlinkSync(at)}, which is not there; mend the link or take it away`,
    )
  }
  return false
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch (error) {
    // Below a file, such as a description that lies beside the folders of cases, nothing lies either.
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}
