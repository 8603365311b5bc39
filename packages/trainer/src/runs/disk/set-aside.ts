import { existsSync, renameSync } from 'node:fs'
import { faultOf } from './fault'

/** Gives what lies at a path the name `<name>.damaged` (or `.damaged-2`, …), so that nothing of it is lost. Returns the new path. */
export function setAside(path: string): string {
  for (let n = 1; ; n++) {
    const aside = `${path}.damaged${n === 1 ? '' : `-${n}`}`
    if (existsSync(aside)) continue
    renameSync(path, aside)
    return aside
  }
}

/**
 * Reads a file that can be made anew. A damaged one is set aside and said, and counts as not there.
 *
 * @param consequence what happens instead, as the end of the sentence
 */
export function readOrSetAside<T>(
  read: () => T | undefined,
  consequence: string,
  onNotice: (notice: string) => void,
): T | undefined {
  try {
    return read()
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    const aside = setAside(fault.file)
    onNotice(`${fault.file}: ${fault.found}; ${consequence}, and what was there is now ${aside}`)
    return undefined
  }
}
