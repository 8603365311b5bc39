import { readableJson } from './canonical-json'
import { replaceDurably } from './durable-file'
import { faultError } from './fault'
import { CHANGED, parseJson, type Schema } from './parse-json'
import { readFile } from './read-file'
import { sealed, sealHolds } from './seal'

/** How a file of one JSON value is read, and what to do if that fails. */
export interface StoredFile<T> {
  readonly schema: Schema<T>
  /** What makes it anew once it is out of the way, and what is lost: «repeat the command that …; nothing is lost». */
  readonly remedy: string
  /** What is wrong with a value that the schema lets pass; `whole`: all that was in the file. */
  refuse?(value: T, path: string, whole: unknown): string | undefined
}

/**
 * Reads a file of one JSON value.
 *
 * @returns undefined where there is none
 * @throws DUALSEG_DATA with a `fault` if it is anything else than what was written
 */
export function readStored<T>(path: string, { schema, remedy, refuse }: StoredFile<T>): T | undefined {
  const putAway = `move it away and ${remedy}`
  const bytes = readFile(path, putAway)
  if (bytes === undefined) return undefined
  const parsed = parseJson(bytes, schema)
  const fault = (found: string) => faultError({ file: path, found, remedy: putAway })
  if ('found' in parsed) throw fault(parsed.found)
  if (sealHolds(parsed.whole as object) === false) throw fault(CHANGED)
  const wrong = refuse?.(parsed.value, path, parsed.whole)
  if (wrong !== undefined) throw fault(wrong)
  return parsed.value
}

/** The same for a file that must be there. */
export function expectStored<T>(path: string, file: StoredFile<T>): T {
  const value = readStored(path, file)
  if (value === undefined) throw faultError({ file: path, found: 'it is missing', remedy: file.remedy })
  return value
}

/** Writes an object so that `readStored` sees any later change: readable, with its checksum, replaced as a whole. */
export function writeStored(path: string, value: object): void {
  replaceDurably(path, sealedJson(value))
}

/** What `writeStored` writes, for files that have another way to the disk. */
export function sealedJson(value: object): string {
  return readableJson(sealed(value))
}
