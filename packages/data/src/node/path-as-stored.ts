import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where a file lies, whichever of Unicode's forms its names are stored in: archives made on macOS decompose `ü` into `u` and two dots, and Linux tells
 * the two apart.
 *
 * @param path below `root`, with slashes
 * @returns the path as it was given where nothing of this name is there
 */
export function pathAsStored(root: string, path: string): string {
  let place = root
  for (const part of path.split('/')) {
    const there = join(place, part)
    place = existsSync(there) ? there : join(place, sameName(place, part) ?? part)
  }
  return place
}

function sameName(folder: string, name: string): string | undefined {
  const composed = name.normalize('NFC')
  return namesIn(folder).find((other) => other.normalize('NFC') === composed)
}

/** None where it cannot be read: whoever opens the path says why. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
