import { readdirSync } from 'node:fs'
import { fileError } from './file-error'
import { requirePath } from './require-path'

/**
 * Names in a folder, sorted, without those that begin with a dot: `.DS_Store`, and the `._X` that macOS's archives have beside every X.
 *
 * @throws DUALSEG_DATA if it cannot be read
 */
export function visibleNames(folder: string): string[] {
  requirePath(folder, 'visibleNames')
  return namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw fileError(error, { path: folder })
  }
}
