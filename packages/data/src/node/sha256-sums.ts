import { readFile } from 'node:fs/promises'
import { dataError } from '../data-error'

/**
 * Reads a list as `sha256sum` writes it, `<hex>  <id>/<file>` a line, into hex by case id.
 *
 * @throws DUALSEG_DATA with the line that is not of this form
 */
export async function readSha256Sums(path: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/)
  lines.forEach((line, index) => {
    if (line === '') return
    const [, hex, id] = line.match(/^([0-9a-f]{64}) [ *]([^/]+)\//) ?? []
    if (!hex || !id) throw dataError(`${path}, line ${index + 1}: «${line}» is not «<sha256>  <case>/<file>»`)
    sums[id] = hex
  })
  return sums
}
