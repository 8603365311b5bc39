import { join } from 'node:path'
import { z } from 'zod'
import { readStored, type StoredFile, writeStored } from '../disk/stored-json'

/** One process's share of a run, as `provenance.json` has it: everything about where and when, which decides no result. */
export interface Session {
  readonly started: string
  readonly ended?: string
  readonly host?: string
  readonly [more: string]: unknown
}

const PROVENANCE: StoredFile<{ readonly sessions: readonly Session[] }> = {
  schema: z.looseObject({
    sessions: z.array(z.looseObject({ started: z.string(), ended: z.string().optional(), host: z.string().optional() })),
  }),
  remedy: 'go on: no result needs it, and the next process of the run begins a new one',
}

/** Sessions in their order; undefined where there is no file. @throws DUALSEG_DATA with a `fault` if it is damaged */
export function readSessions(folder: string): readonly Session[] | undefined {
  return readStored(join(folder, 'provenance.json'), PROVENANCE)?.sessions
}

export function writeSessions(folder: string, sessions: readonly object[]): void {
  writeStored(join(folder, 'provenance.json'), { sessions })
}
