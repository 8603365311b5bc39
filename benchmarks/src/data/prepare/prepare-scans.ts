import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { CT_RECIPES, type CtRecipe, prepareCt } from '@dualseg/data'
import { fileError, readImage, sha256OfImage, sha256OfPath, writeImage } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { notesOf } from '../../command-line/note-lines'
import { outputFolder } from '../../command-line/output-place'
import type { ScanPair } from './pair-scans'
import { type PreparedRecord, readPreparedRecord, writePreparedRecord } from './prepared-record'

export type Variant = keyof typeof CT_RECIPES

export interface PrepareOptions {
  readonly variant: Variant
  readonly foreground: readonly number[]
  readonly ignoreOrigin: boolean
  readonly signal?: AbortSignal
  /** What one should know of a case's files; once they are read. */
  onNotes?(id: string, notes: readonly string[]): void
  onCase?(id: string, how: How, done: number): void
}

/** `prepared anew`: scan or label are others than those that it was made from, or what was made is no longer whole. */
export type How = 'prepared' | 'prepared anew' | 'was there'

/**
 * Prepares scans into `<out>/<case>/image.nii.gz` and `label.nii.gz`, with `SHA256SUMS` and `prepared.json`, which says how and from which files. What is
 * prepared already, from the same files in the same way, is left; what was prepared another way is refused, for a folder must not mix. A case that was
 * prepared before and is refused now leaves the record, so that nothing trains on what it was.
 *
 * @returns what was refused, by case; all others are there
 */
export async function prepareScans(
  pairs: readonly ScanPair[],
  out: string,
  options: PrepareOptions,
): Promise<Map<string, Error>> {
  const { variant, foreground, ignoreOrigin } = options
  const recipe: CtRecipe = CT_RECIPES[variant]
  const { cases, ...how } = recordOf(out, pairs, {
    variant,
    recipe: { ...recipe, window: [...recipe.window] },
    foreground: [...foreground],
    ignoreOrigin,
  })
  const keep = () => writePreparedRecord(out, { ...how, cases })
  outputFolder('--data', out)
  // From now on what lies there under these names is this command's: an interrupted one goes on over what it left.
  keep()
  const refused = new Map<string, Error>()
  for (const [index, pair] of pairs.entries()) {
    options.signal?.throwIfAborted()
    const { id } = pair
    const files = filesOf(out, id)
    const before = cases[id]
    try {
      const from = await sumsOf(pair, sha256OfImage)
      const isDone = before !== undefined && isDeepStrictEqual(before, { ...(await sumsOfMade(files)), from })
      if (!isDone) {
        const [scan, label] = [await readImage(pair.image), await readImage(pair.label)]
        const prepared = prepareCt(scan, label, recipe, {
          name: `case ${id}`,
          foreground,
          ignoreOrigin,
        })
        options.onNotes?.(id, [...notesOf('the scan', scan.notes), ...notesOf('the label', [...label.notes, ...prepared.notes])])
        await writeImage(files.image, prepared.image)
        await writeImage(files.label, prepared.label)
        cases[id] = { ...(await sumsOf(files, sha256OfPath)), from }
        keep()
      }
      options.onCase?.(id, isDone ? 'was there' : before ? 'prepared anew' : 'prepared', index + 1)
    } catch (error) {
      if ((error as { code?: string }).code !== 'DUALSEG_DATA')
        throw fileError(error, { where: `case ${id}: `, code: 'DUALSEG_DISK' })
      refused.set(id, named(error as Error, id))
      if (before === undefined) continue
      delete cases[id]
      keep()
    }
  }
  return refused
}

/** What the folder has so far. */
function recordOf(out: string, pairs: readonly ScanPair[], how: Omit<PreparedRecord, 'cases'>): PreparedRecord {
  const before = readPreparedRecord(out)
  if (before === undefined) {
    const foreign = [join(out, 'SHA256SUMS'), ...pairs.flatMap(({ id }) => Object.values(filesOf(out, id)))].find(existsSync)
    if (foreign === undefined) return { ...how, cases: {} }
    throw dualsegError(
      'DUALSEG_DATA',
      `${foreign} was not written by bench data prepare, as far as is known; move it away, or name another folder with --data`,
    )
  }
  const { cases, ...wasHow } = before
  // Nothing came of an earlier attempt.
  if (Object.keys(cases).length === 0) return { ...how, cases: {} }
  if (isDeepStrictEqual(wasHow, JSON.parse(JSON.stringify(how)))) return { ...how, cases: { ...cases } }
  throw dualsegError(
    'DUALSEG_DATA',
    `${out} was prepared another way (${wasHow.variant}); name another folder with --data, or move this one away`,
  )
}

type Files = Readonly<Record<'image' | 'label', string>>

function filesOf(out: string, id: string): Files {
  return { image: join(out, id, 'image.nii.gz'), label: join(out, id, 'label.nii.gz') }
}

async function sumsOf({ image, label }: Files, sum: (path: string) => Promise<string>): Promise<Record<keyof Files, string>> {
  try {
    return { image: await sum(image), label: await sum(label) }
  } catch (error) {
    throw fileError(error)
  }
}

async function sumsOfMade(files: Files): Promise<Partial<Record<keyof Files, string>>> {
  return Object.values(files).every(existsSync) ? sumsOf(files, sha256OfPath) : {}
}

function named(error: Error, id: string): Error {
  return error.message.startsWith(`case ${id}`) ? error : dualsegError('DUALSEG_DATA', `case ${id}: ${error.message}`)
}
