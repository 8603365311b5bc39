import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { readFile } from './disk/read-file'

/** How far a run is, as the files of its folder say at a glance; none of them is tested. */
export interface RunProgress {
  readonly state: 'new' | 'begun' | 'done'
  /** Lines of its log: iterations done, of which a checkpoint may know fewer. */
  readonly iterations: number
  /** Test cases done. */
  readonly cases: number
}

/** @throws DUALSEG_DATA with a `fault` if something else than a file is in the place of one */
export function runProgress(folder: string): RunProgress {
  return {
    state: runState(folder),
    iterations: linesIn(join(folder, 'log.jsonl')),
    cases: linesIn(join(folder, 'cases.jsonl')),
  }
}

export function runState(folder: string): RunProgress['state'] {
  // Also what cannot be read is there, such as a link to itself.
  const isThere = (name: string) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined
  return isThere('result.json') ? 'done' : isThere('config.json') ? 'begun' : 'new'
}

function linesIn(path: string): number {
  const bytes = readFile(path, 'move it away and repeat the command that began the run')
  return bytes === undefined ? 0 : bytes.reduce((lines, byte) => lines + Number(byte === 0x0a), 0)
}
