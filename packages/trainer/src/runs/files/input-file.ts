import { join } from 'node:path'
import type { ExpectedInput } from '../../prediction/expected-input'
import { expectedInput } from '../../prediction/input-schema'
import { readStored, type StoredFile, writeStored } from '../disk/stored-json'

const INPUT: StoredFile<ExpectedInput> = {
  schema: expectedInput,
  remedy:
    'repeat the command that began the run, after moving result.json away where there is one; it writes both again, and nothing is lost',
}

/** `input.json`; undefined for a run of a version that kept none. @throws DUALSEG_DATA with a `fault` if it is damaged */
export function readInput(folder: string): ExpectedInput | undefined {
  return readStored(join(folder, 'input.json'), INPUT)
}

export function writeInput(folder: string, input: ExpectedInput): void {
  writeStored(join(folder, 'input.json'), input)
}
