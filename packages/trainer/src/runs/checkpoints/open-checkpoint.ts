import { dirname, join } from 'node:path'
import { sha256 } from '../disk/canonical-json'
import { faultError } from '../disk/fault'
import { readFile } from '../disk/read-file'
import { readFolder } from '../disk/read-folder'
import { expectState } from '../files/state-file'

const NAME = /^it(\d{7})$/

/** The folder of a checkpoint within `checkpoint/`. */
export function checkpointName(iteration: number): string {
  return `it${String(iteration).padStart(7, '0')}`
}

/** Whether a name in `checkpoint/` is one that checkpoints have, whole or begun. */
export function isCheckpointName(name: string): boolean {
  return NAME.test(name.replace(/\.partial$/, ''))
}

/** Iterations of the checkpoints in a run's `checkpoint/`, newest first; none of them has been looked into. */
export function checkpointsIn(folder: string): number[] {
  const names = readFolder(folder, `move it away and ${startAnew(folder)}`) ?? []
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

/** One checkpoint's files, each tested against its checksum when it is read. */
export interface OpenedCheckpoint {
  /** In `state.json`. */
  readonly names: readonly string[]
  /** @throws DUALSEG_DATA with a `fault` if the file is missing or was changed */
  bytesOf(name: string): Uint8Array
}

/** @throws DUALSEG_DATA with a `fault` if its `state.json` is missing, damaged, or of another run */
export function openCheckpoint(folder: string, iteration: number, configSha256: string): OpenedCheckpoint {
  const from = join(folder, checkpointName(iteration))
  const remedy = startAnew(folder)
  const { files, ...state } = expectState(from, `move ${folder} away and ${remedy}`)
  if (state.configSha256 !== configSha256 || state.iteration !== iteration) {
    const found = `it belongs to iteration ${state.iteration} of run ${state.configSha256}, expected ${iteration} of ${configSha256}`
    throw faultError({ file: join(from, 'state.json'), found, remedy: `move ${folder} away and ${remedy}` })
  }
  return {
    names: Object.keys(files),
    bytesOf(name) {
      const file = join(from, name)
      const putAway = `move ${folder} away and ${remedy}`
      const bytes = readFile(file, putAway)
      if (bytes === undefined) throw faultError({ file, found: 'it is missing', remedy: putAway })
      if (sha256(bytes) !== files[name]) {
        throw faultError({
          file,
          found: 'it was changed after it was written (state.json has another checksum)',
          remedy: putAway,
        })
      }
      return bytes
    },
  }
}

function startAnew(folder: string): string {
  return `repeat the command that began the run, after moving ${join(dirname(folder), 'result.json')} away where there is one: it trains anew, to the same bits`
}
