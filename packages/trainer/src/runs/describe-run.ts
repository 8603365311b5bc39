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
