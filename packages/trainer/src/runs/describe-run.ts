import { basename, dirname, resolve } from 'node:path'

/** What the shortest header field keeps: NIfTI's `descrip`. */
const MOST = 79

/**
 * Which run made a file, for its header: `DualSeg dualnet fold0-seed1-1a2b3c4d`, whose last part no other run has; the method is left out where there is no
 * room for it.
 */
export function describeRun(folder: string): string {
  const path = resolve(folder)
  const whole = `DualSeg ${basename(dirname(path))} ${basename(path)}`
  return whole.length <= MOST ? whole : `DualSeg ${basename(path)}`.slice(0, MOST)
}

/** Which runs made a file together: of several the first, and how many they are. */
export function describeRuns(folders: readonly string[]): string {
  const first = describeRun(folders[0]!)
  return folders.length === 1 ? first : first.replace(/^DualSeg /, `DualSeg, mean of ${folders.length}: `).slice(0, MOST)
}
