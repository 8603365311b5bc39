import { z } from 'zod'
import { faultError } from '../disk/fault'
import { CHANGED, parseJson } from '../disk/parse-json'
import { readFile, textOf } from '../disk/read-file'
import { sealed, sealHolds } from '../disk/seal'

/** Who works on a run. */
export interface LockOwner {
  readonly host: string
  readonly pid: number
  /** When the process began, where the system tells; guards against a number that was given out again. */
  readonly began?: string
  /** A cluster's job, and how often it has been started before: of two incarnations of one job, the earlier has ended. */
  readonly job?: { readonly id: string; readonly restarts: number }
}

/** A lock as it lies on the disk: its very text tells it from any other. */
export interface LockFile {
  readonly text: string
  readonly owner: LockOwner
}

const schema = z.object({
  host: z.string(),
  pid: z.int(),
  began: z.string().optional(),
  job: z.object({ id: z.string(), restarts: z.int() }).optional(),
})

const REMEDY =
  'nobody can tell who works on the run: if no process does, delete it and repeat the command that began the run; nothing is lost'

/** Undefined where there is none. @throws DUALSEG_DATA with a `fault` if it is damaged; locks are put in place as a whole */
export function readLock(path: string): LockFile | undefined {
  const bytes = readFile(path, REMEDY)
  if (bytes === undefined) return undefined
  const parsed = parseJson(bytes, schema)
  if ('found' in parsed) throw faultError({ file: path, found: parsed.found, remedy: REMEDY })
  if (sealHolds(parsed.whole as object) === false) throw faultError({ file: path, found: CHANGED, remedy: REMEDY })
  return { text: textOf(bytes)!, owner: parsed.value as LockOwner }
}

export function lockText(owner: LockOwner): string {
  return JSON.stringify(sealed(owner))
}
