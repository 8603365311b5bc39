import { readFileSync } from 'node:fs'
import { decodeText, fileError } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'

/**
 * A JSON file that a person may have written, with or without a byte-order mark.
 *
 * @throws DUALSEG_DATA with the place of the first fault
 */
export function readJson(path: string): unknown {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw fileError(cause, { path })
  }
  const text = decodeText(bytes, path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw dualsegError('DUALSEG_DATA', `${path} is not JSON: ${faultOf(text)}`, { cause })
  }
}

/** Such as `line 3, column 14: comma expected`. JSON.parse says no place where a text is short. */
function faultOf(text: string): string {
  const faults: ParseError[] = []
  parse(text, faults, { disallowComments: true })
  const [{ error, offset }] = faults as [ParseError]
  const before = text.slice(0, offset).split('\n')
  const words = printParseErrorCode(error)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return `line ${before.length}, column ${before.at(-1)!.length + 1}: ${words}`
}
