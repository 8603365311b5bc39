import { dataError } from '../data-error'
import { readText } from './read-text'

/**
 * Reads a list as `sha256sum` writes it, `<hex>  <file>` a line, into hex by file, its names in Unicode's composed form.
 *
 * @throws DUALSEG_DATA with the line that is not of this form
 */
export async function readFileSums(path: string): Promise<Record<string, string>> {
  return sumsOf(path, /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/i, '<sha256>  <file>')
}

/**
 * The same of a list with one file a case, `<hex>  <id>/<file>` a line, into hex by case id.
 *
 * @throws DUALSEG_DATA with the line that is not of this form
 */
export async function readSha256Sums(path: string): Promise<Record<string, string>> {
  return sumsOf(path, /^([0-9a-f]{64}) [ *](?:\.\/)?([^/]+)\//i, '<sha256>  <case>/<file>')
}

async function sumsOf(path: string, form: RegExp, expected: string): Promise<Record<string, string>> {
  const lines = (await readText(path)).normalize('NFC').split(/\r?\n/)
  return Object.fromEntries(
    lines.flatMap((line, index) => {
      if (line.trim() === '') return []
      const [, hex, name] = form.exec(line) ?? []
      if (hex === undefined || name === undefined) throw dataError(`${path}, line ${index + 1}: «${line}» is not «${expected}»`)
      return [[name, hex.toLowerCase()]]
    }),
  )
}
