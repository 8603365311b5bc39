import { faultError } from './fault'
import { CHANGED, parseJson, type Schema } from './parse-json'
import { readFile, textOf } from './read-file'
import { openLine } from './seal'

/** How a file of JSON lines is read, and what to do if that fails. */
export interface StoredLines<T> {
  readonly schema: Schema<T>
  readonly remedy: string
  /** What is wrong with a line at its place that the schema lets pass. */
  refuse?(line: T, index: number): string | undefined
}

/** The first lines of a file, those that are whole. */
export interface ReadLines<T> {
  readonly values: readonly T[]
  /** That they take. */
  readonly bytes: number
  /** What the line behind them is, where there is one that is not whole; `isCut`: it only lacks its end, as after a kill. */
  readonly stop?: { readonly found: string; readonly isCut: boolean }
}

const LINE_END = 0x0a

/**
 * Reads a file of JSON lines up to the first that is not as it was written.
 *
 * @param most lines to read; what lies behind them is not looked at
 * @returns undefined where there is no file
 * @throws DUALSEG_DATA with a `fault` if it cannot be read at all
 */
export function readLines<T>(path: string, file: StoredLines<T>, most = Number.POSITIVE_INFINITY): ReadLines<T> | undefined {
  const content = readFile(path, file.remedy)
  if (content === undefined) return undefined
  const values: T[] = []
  let bytes = 0
  while (bytes < content.length && values.length < most) {
    const end = content.indexOf(LINE_END, bytes)
    const value = end < 0 ? { found: 'its end is missing' } : lineValue(content.subarray(bytes, end), file, values.length)
    if ('found' in value) {
      return { values, bytes, stop: { found: `line ${values.length + 1}: ${value.found}`, isCut: end < 0 } }
    }
    values.push(value.value)
    bytes = end + 1
  }
  return { values, bytes }
}

/**
 * Every line of a file that must be there and whole.
 *
 * @throws DUALSEG_DATA with a `fault` otherwise
 */
export function expectLines<T>(path: string, file: StoredLines<T>): readonly T[] {
  const read = readLines(path, file)
  const found = read === undefined ? 'it is missing' : read.stop?.found
  if (found !== undefined) throw faultError({ file: path, found, remedy: file.remedy })
  return read!.values
}

function lineValue<T>(bytes: Uint8Array, { schema, refuse }: StoredLines<T>, index: number): { value: T } | { found: string } {
  const line = textOf(bytes)
  if (line === undefined) return { found: 'it holds bytes that are no text' }
  const { text, holds } = openLine(line)
  if (holds === false) return { found: CHANGED }
  const parsed = parseJson(text, schema)
  if ('found' in parsed) return parsed
  const wrong = refuse?.(parsed.value, index)
  return wrong === undefined ? parsed : { found: wrong }
}
