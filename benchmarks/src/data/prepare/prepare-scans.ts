import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CT_RECIPES, type CtRecipe, prepareCt } from '@dualseg/data'
import { readImage, writeImage } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { ScanPair } from './pair-scans'
import { preparedFile, readPreparedRecord } from './prepared-record'

export type Variant = keyof typeof CT_RECIPES

export interface PrepareOptions {
  readonly variant: Variant
  readonly foreground: readonly number[]
  readonly ignoreOrigin: boolean
  readonly signal?: AbortSignal
  onCase?(id: string, how: 'prepared' | 'was there', done: number): void
}

/**
 * Prepares scans into `<out>/<case>/image.nii.gz` and `label.nii.gz`, with `SHA256SUMS` and `prepared.json`, which says how. What is prepared already, the same way, is
 * left; what was prepared another way is refused, for a folder must not mix.
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
  const how = { variant, recipe, foreground: [...foreground], ignoreOrigin }
  const file = preparedFile(out)
  const cases: Record<string, { image: string; label: string }> = {}
  const before = readPreparedRecord(out)
  if (before) {
    const { cases: done, ...wasHow } = before
    if (JSON.stringify(wasHow) !== JSON.stringify(how)) {
      throw dualsegError(
        'DUALSEG_DATA',
        `${out} was prepared another way (${wasHow.variant}); name another folder with --data, or move this one away`,
      )
    }
    Object.assign(cases, done)
  }
  mkdirSync(out, { recursive: true })
  const refused = new Map<string, Error>()
  for (const [index, pair] of pairs.entries()) {
    options.signal?.throwIfAborted()
    const { id } = pair
    const files = { image: join(out, id, 'image.nii.gz'), label: join(out, id, 'label.nii.gz') }
    const isDone =
      cases[id] !== undefined &&
      Object.entries(files).every(([part, path]) => existsSync(path) && sha256Of(path) === cases[id]![part as 'image' | 'label'])
    try {
      if (!isDone) {
        const prepared = prepareCt(await readImage(pair.image), await readImage(pair.label), recipe, {
          name: `case ${id}`,
          foreground,
          ignoreOrigin,
        })
        await writeImage(files.image, prepared.image)
        await writeImage(files.label, prepared.label)
        cases[id] = { image: sha256Of(files.image), label: sha256Of(files.label) }
        replace(file, `${JSON.stringify({ ...how, cases }, null, 2)}\n`)
        replace(join(out, 'SHA256SUMS'), sumLines(cases))
      }
      options.onCase?.(id, isDone ? 'was there' : 'prepared', index + 1)
    } catch (error) {
      if ((error as { code?: string }).code !== 'DUALSEG_DATA') throw error
      refused.set(id, named(error as Error, id))
    }
  }
  return refused
}

function named(error: Error, id: string): Error {
  return error.message.startsWith(`case ${id}`) ? error : dualsegError('DUALSEG_DATA', `case ${id}: ${error.message}`)
}

function sumLines(cases: Readonly<Record<string, { image: string; label: string }>>): string {
  return Object.entries(cases)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { image, label }]) => `${image}  ${id}/image.nii.gz\n${label}  ${id}/label.nii.gz\n`)
    .join('')
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
}
