import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { writeOutput } from '../command-line/output-place'

const KIND = 'DualSeg prediction'

const recordFile = z.looseObject({
  kind: z.literal(KIND),
  /** Files beside this one, with their SHA-256. */
  files: z.array(z.object({ name: z.string().regex(/^[^/\\]+$/), sha256: z.string() })),
})

/** `<name>-label.json`: which run made the masks of that name, from what and how. */
export type PredictionRecord = z.infer<typeof recordFile>

export function recordPath(folder: string, name: string): string {
  return join(folder, `${name}-label.json`)
}

/** Undefined where there is none, or something else. */
export function readRecord(path: string): PredictionRecord | undefined {
  if (!existsSync(path)) return undefined
  try {
    return recordFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Files of a folder that `bench predict` wrote, by the records beside them: no scans, and no labels that anybody drew. */
export function writtenByPredict(folder: string): ReadonlySet<string> {
  const records = visibleNames(folder).filter((name) => name.endsWith('-label.json'))
  return new Set(records.flatMap((name) => readRecord(join(folder, name))?.files.map((file) => file.name) ?? []))
}

/**
 * Refuses to write where something is already: nothing is replaced unasked, and, asked, only what an earlier prediction wrote.
 *
 * @param names of the images' results
 * @param endings of every format that results are written in
 * @param kinds of the files that will be written
 * @throws DUALSEG_USAGE
 */
export function refuseOverwriting(
  folder: string,
  names: readonly string[],
  endings: readonly string[],
  overwrite: boolean,
  kinds: readonly string[] = ['label', 'probs'],
): void {
  const there: string[] = []
  for (const name of names) {
    const record = recordPath(folder, name)
    const own = new Set(readRecord(record)?.files.map((file) => file.name))
    const files = kinds.flatMap((kind) => endings.map((ending) => `${name}-${kind}.${ending}`))
    const found = files.filter((file) => existsSync(join(folder, file)))
    const foreign = [
      ...found.filter((file) => !own.has(file)),
      ...(existsSync(record) && own.size === 0 ? [basename(record)] : []),
    ]
    if (overwrite && foreign.length > 0) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `--overwrite: ${join(folder, foreign[0]!)} was not written by bench predict, as far as is known; move it away, or give another --out`,
      )
    }
    if (found.length > 0 || existsSync(record)) there.push(found[0] ?? basename(record))
  }
  if (overwrite || there.length === 0) return
  const more = there.length > 1 ? ` and ${there.length - 1} more are` : ' is'
  throw dualsegError(
    'DUALSEG_USAGE',
    `bench predict: ${join(folder, there[0]!)}${more} there already; --overwrite replaces what bench predict wrote, or give another --out`,
  )
}

/** Writes down what made the files, and removes those of the record before that were not written again. */
export function keepRecord(path: string, files: readonly string[], origin: Readonly<Record<string, unknown>>): void {
  const before = readRecord(path)?.files ?? []
  const names = files.map((file) => basename(file))
  const sums = files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'))
  const record = {
    kind: KIND,
    ...origin,
    files: names.map((name, at) => ({ name, sha256: sums[at]! })),
  } satisfies PredictionRecord
  writeOutput('--out', path, `${JSON.stringify(record, null, 2)}\n`)
  for (const { name } of before) if (!names.includes(name)) rmSync(join(dirname(path), name), { force: true })
}
