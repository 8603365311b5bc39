import { join } from 'node:path'
import { z } from 'zod'
import { readStored, type StoredFile, writeStored } from '../disk/stored-json'
import type { RunSplit } from '../run-split'

const ids = z.array(z.string())

const SPLIT: StoredFile<RunSplit> = {
  schema: z.strictObject({
    fold: z.int(),
    labelled: ids,
    unlabelled: ids,
    test: ids,
    volumes: z.record(z.string(), z.string()),
    rule: z.json(),
    drawings: ids,
  }),
  remedy: 'repeat the command that made the run, which trains nothing and writes it again',
}

/** `split.json`; undefined for a run of a version that kept none. @throws DUALSEG_DATA with a `fault` if it is damaged */
export function readSplit(folder: string): RunSplit | undefined {
  return readStored(join(folder, 'split.json'), SPLIT)
}

export function writeSplit(folder: string, split: RunSplit): void {
  writeStored(join(folder, 'split.json'), split)
}
