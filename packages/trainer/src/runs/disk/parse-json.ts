import { textOf } from './read-file'
import { unsealed } from './seal'

export const CHANGED = 'it was changed after it was written (its own checksum says so)'

/** What tells whether a value is what a file should hold: a schema of zod, or anything like it. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } }
}

/** JSON under a schema, which is not asked about its seal, and the whole of it; or what was found instead. */
export type Parsed<T> = { readonly value: T; readonly whole: unknown } | { readonly found: string }

export function parseJson<T>(bytes: Uint8Array | string, schema: Schema<T>): Parsed<T> {
  const text = typeof bytes === 'string' ? bytes : textOf(bytes)
  if (text === undefined) return { found: 'it holds bytes that are no text' }
  if (text.trim() === '') return { found: 'it is empty' }
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch {
    return { found: 'it is not JSON, or only a part of it' }
  }
  const result = schema.safeParse(unsealed(whole))
  if (result.success) return { value: result.data, whole }
  const [issue] = result.error.issues
  return { found: `${issue!.path.map(String).join('.') || 'the whole'}: ${inWords(issue!.message)}` }
}

/** What zod says of a member that is not there speaks of JavaScript. */
function inWords(message: string): string {
  const missing = /expected (\w+), received undefined$/.exec(message)
  return missing ? `is missing, expected ${missing[1]}` : message
}
