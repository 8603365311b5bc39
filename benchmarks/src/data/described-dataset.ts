import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FoldLists, type IntensityRule, makeFoldLists, type Preparation, phantomIds } from '@dualseg/data'
import { type Dataset, type FilesSource, laDataset, readFoldLists } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from './description'
import { findVolumes } from './find-volumes'
import { foldsOf } from './folds-of'
import { PHANTOM_SEED } from './locate-la'
import { preparationOf, readPreparedRecord } from './prepared-record'

/** What a phantom in a data set's place is called: never as the data set itself. */
export function phantomName(name: string): string {
  return name === 'la' ? 'phantom' : `${name}-phantom`
}

/**
 * A described data set with its volumes, or the built-in phantom in its folds and name where there are none.
 *
 * @throws DUALSEG_DATA if a case of the lists is not there
 */
export async function describedDataset(description: Description, data: string | undefined): Promise<Dataset> {
  const { name } = description
  const found = findVolumes(description, data)
  if (found === null) return phantomOf(description)
  // The Left Atrium has a reader of its own, which sees damage that no other file format lets one see.
  if (name === 'la') return laDataset(description.folder, found.root)
  const folds = (await foldsOf(description, found.ids))!
  const ids = folds.test.flat()
  const missing = ids.filter((id) => !found.ids.includes(id))
  if (missing.length > 0) {
    const named = missing.slice(0, 5).join(', ')
    throw dualsegError(
      'DUALSEG_DATA',
      `${missing.length} of ${ids.length} ${name} cases are not in ${found.root}: ${named}${missing.length > 5 ? ', …' : ''}`,
    )
  }
  const source = await sourceOf(description, found.root)
  return { name, source, folds, ids, preparation: preparationFrom(description, found.root) }
}

/** Scans that `bench data prepare` made ready became so as it wrote down; of any others the description is all that is known. */
function preparationFrom(description: Description, root: string): Preparation {
  const intensity = ruleOf(description)
  const record = readPreparedRecord(root)
  if (record && intensity.kind === 'none' && intensity.window === undefined) return preparationOf(record)
  return { modality: null, begins: 'file', spacing: null, axes: null, intensity, crop: 'none' }
}

const KINDS = { none: 'none', unit: 'unit', standard: 'standardise' } as const

function ruleOf({ intensity: { scale, window } }: Description): IntensityRule {
  return { kind: KINDS[scale], ...(window && { window }) }
}

async function sourceOf(description: Description, root: string): Promise<FilesSource> {
  const { files, labels } = description
  const sha256 = await sums(join(root, 'SHA256SUMS'))
  return {
    kind: 'files',
    root,
    image: files.image,
    label: files.label,
    ...(files.datasets && { datasets: files.datasets }),
    ...labels,
    intensity: ruleOf(description),
    ...(sha256 && { sha256 }),
  }
}

/** As `sha256sum` writes them, by path. */
async function sums(path: string): Promise<Record<string, string> | undefined> {
  if (!existsSync(path)) return undefined
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line, index) => {
      const [, hex, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
      if (hex === undefined || file === undefined)
        throw dualsegError('DUALSEG_DATA', `${path}, line ${index + 1}: «${line}» is not «<sha256>  <file>»`)
      return [file, hex] as const
    }),
  )
}

/** As many phantoms as the lists have cases, in as many folds. */
export async function phantomOf(description: Description): Promise<Dataset> {
  const { folds } = description
  const lists: FoldLists | undefined = 'lists' in folds ? await readFoldLists(join(description.folder, folds.lists)) : undefined
  const ids = phantomIds().slice(0, lists?.test.flat().length)
  const count = 'count' in folds ? folds.count : lists!.test.length
  return {
    name: phantomName(description.name),
    source: { kind: 'phantom', seed: PHANTOM_SEED },
    folds: makeFoldLists(ids, count),
    ids,
  }
}
