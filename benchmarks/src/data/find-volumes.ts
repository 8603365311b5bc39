import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathAsStored, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { writtenByPredict } from '../predict/prediction-record'
import type { Description } from './description'
import { isThere } from './is-there'
import type { DatasetFiles } from './layouts/layout'

export interface FoundVolumes {
  readonly root: string
  /** Ids whose image is there, in Unicode's composed form, sorted. */
  readonly ids: readonly string[]
  /** Those of them that have no label. */
  readonly unlabelled: readonly string[]
}

/**
 * Where a data set's volumes lie: the folder that `--data` names, else `DUALSEG_DATA` or its folder of the data set's name, else `volumes` beside the
 * description, else beside it. A data set of one's own is looked for beside its description first: `DUALSEG_DATA` may be another's. Stray files are ignored,
 * and so are masks that `bench predict` wrote and every name that begins with a dot.
 *
 * @returns null if there are none
 * @throws DUALSEG_DATA if `--data` names a folder without a case of this data set
 */
export function findVolumes(description: Description, data: string | undefined): FoundVolumes | null {
  const { name, files, folder, volumes, isBuiltIn } = description
  const below = (root: string) => [join(resolve(root), name), resolve(root)]
  const environment = process.env.DUALSEG_DATA ? below(process.env.DUALSEG_DATA) : []
  const beside = [volumes, folder]
  const places = data !== undefined ? below(data) : isBuiltIn ? [...environment, ...beside] : [...beside, ...environment]
  for (const place of places) {
    const found = volumesIn(place, files)
    if (found !== null) return found
  }
  if (data !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `--data: ${resolve(data)} holds no ${name} case; expected ${join(resolve(data), files.image.replaceAll('{case}', '<case>'))}`,
    )
  }
  return null
}

/**
 * The cases of one folder.
 *
 * @returns null if there are none
 * @throws DUALSEG_DATA if a file of a case is a link that leads nowhere
 */
export function volumesIn(root: string, files: DatasetFiles): FoundVolumes | null {
  const channels = [files, ...files.others]
  // A case with one of its channels is a case: that others are missing is said when it is read.
  const ids = caseIdsOfAll(
    root,
    channels.map(({ image }) => image),
  )
  const others = caseIdsOfAll(
    root,
    channels.flatMap(({ unlabelled }) => (unlabelled === undefined ? [] : [unlabelled])),
  )
  const twice = others.find((id) => ids.includes(id))
  if (twice !== undefined) {
    const [one, other] = [files.image, files.unlabelled!].map((path) => join(root, path.replaceAll('{case}', twice)))
    throw dualsegError('DUALSEG_DATA', `case ${twice} has two images, ${one} and ${other}; rename one, or take it away`)
  }
  if (ids.length + others.length === 0) return null
  const unlabelled = ids.filter((id) => !isThere(pathAsStored(root, files.label.replaceAll('{case}', id))))
  return { root, ids: [...ids, ...others].sort(), unlabelled: [...unlabelled, ...others].sort() }
}

/** Where the image of a case lies. */
export function imageFile(root: string, { image, unlabelled }: Pick<DatasetFiles, 'image' | 'unlabelled'>, id: string): string {
  const path = pathAsStored(root, image.replaceAll('{case}', id))
  return unlabelled === undefined || existsSync(path) ? path : pathAsStored(root, unlabelled.replaceAll('{case}', id))
}

function caseIdsOfAll(root: string, patterns: readonly string[]): string[] {
  return [...new Set([...new Set(patterns)].flatMap((pattern) => caseIds(root, pattern)))].sort()
}

/** What `{case}` stands for in the paths that are there. */
function caseIds(root: string, pattern: string): string[] {
  const parts = pattern.split('/')
  const at = parts.findIndex((part) => part.includes('{case}'))
  const folder = pathAsStored(root, parts.slice(0, at).join('/'))
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const [before, after] = parts[at]!.normalize('NFC').split('{case}') as [string, string]
  const masks = new Set([...writtenByPredict(folder)].map((name) => name.normalize('NFC')))
  const ids = visibleNames(folder)
    .map((name) => name.normalize('NFC'))
    .filter(
      (name) => !masks.has(name) && name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after),
    )
    .map((name) => name.slice(before.length, name.length - after.length))
    .filter((id) => isThere(pathAsStored(root, pattern.replaceAll('{case}', id))))
    .sort()
  const twice = ids.find((id, index) => id === ids[index - 1])
  if (twice !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${folder} has two names that look like ${twice} (composed and decomposed, as Unicode says); leave one`,
    )
  }
  return ids
}

/** The folder that `fetch` and `prepare` fill: `--data`, else `volumes` beside the description. */
export function volumesFolder({ volumes }: Pick<Description, 'volumes'>, data: string | undefined): string {
  return data === undefined ? volumes : resolve(data)
}

export function noVolumes({ name, reference, folder, volumes, isBuiltIn, files, fetch }: Description): Error {
  const beside = isBuiltIn ? volumes : join(folder, files.image.replaceAll('{case}', '<case>'))
  return dualsegError(
    'DUALSEG_DATA',
    `${name}: no volumes are at hand; ${fetch === undefined ? '' : `fetch them (pnpm bench data fetch ${reference}), or `}name their folder with --data or DUALSEG_DATA, or put them into ${beside}`,
  )
}
