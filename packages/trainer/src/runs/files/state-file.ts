import { join } from 'node:path'
import { z } from 'zod'
import { expectStored, type StoredFile, writeStored } from '../disk/stored-json'
import { sha256Text } from './schemas'

/** `state.json` of a checkpoint. */
export interface CheckpointState {
  /** Training steps done. */
  readonly iteration: number
  readonly configSha256: string
  /** SHA-256 of every file beside it. */
  readonly files: Readonly<Record<string, string>>
}

const schema = z.strictObject({ iteration: z.int(), configSha256: sha256Text, files: z.record(z.string(), sha256Text) })

/** @throws DUALSEG_DATA with a `fault` if it is missing or damaged */
export function expectState(checkpoint: string, remedy: string): CheckpointState {
  const file: StoredFile<CheckpointState> = { schema, remedy }
  return expectStored(join(checkpoint, 'state.json'), file)
}

export function writeState(checkpoint: string, state: CheckpointState): void {
  writeStored(join(checkpoint, 'state.json'), state)
}
