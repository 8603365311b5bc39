import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { choose } from '../command-line/choose'
import { givenPath } from '../command-line/given-path'

/**
 * A data set as a command line names it: one of this checkout by its name, any other by the place of its description.
 *
 * @param where for the message, as in `choose`
 * @param names that are taken as they are
 * @returns one of the names, or an absolute path
 * @throws DUALSEG_USAGE for what is neither
 */
export function datasetReference(where: string, word: string, names: readonly string[]): string {
  if (names.includes(word)) return word
  const path = givenPath(word)
  if (isPath(word) || FILES.some((file) => existsSync(join(path, file)))) return path
  if (names.length === 0)
    throw dualsegError(
      'DUALSEG_USAGE',
      `${where} ${word}: there is no folder ${path} with a dataset.json that describes its scans.`,
    )
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    // Of one that is closed nobody knows what it lacks.
    visibleNames(path)
    throw dualsegError(
      'DUALSEG_USAGE',
      `${where} ${word}: ${path} has no dataset.json that describes its scans (pnpm bench data init ${word} writes one), and no command or data set has this name; known: ${names.join(', ')}.`,
    )
  }
  return choose(where, word, names)
}

/** What a described folder holds. */
const FILES = ['dualseg.json', 'dataset.json']

function isPath(word: string): boolean {
  return /[\\/]/.test(word) || /^(\.|~$)/.test(word) || word.endsWith('.json')
}
