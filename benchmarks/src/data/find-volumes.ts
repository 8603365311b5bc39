import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathAsStored, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from './description'

export interface FoundVolumes {
  readonly root: string
  /** Ids whose image is there, in Unicode's composed form, sorted. */
  readonly ids: readonly string[]
}

/**
 * Where a data set's volumes lie: the folder that `--data` names, else `DUALSEG_DATA` or its folder of the data set's name, else
 * `datasets/<name>/volumes`. Stray files are ignored, and so is every name that begins with a dot.
 *
 * @returns null if there are none
 * @throws DUALSEG_DATA if `--data` names a folder without a case of this data set
 */
export function findVolumes(description: Description, data: string | undefined): FoundVolumes | null {
  const { name, files, folder } = description
  const environment = process.env.DUALSEG_DATA
  const named = data !== undefined ? [data] : environment ? [environment] : []
  for (const place of named.flatMap((one) => [join(resolve(one), name), resolve(one)])) {
    const ids = caseIds(place, files.image)
    if (ids.length > 0) return { root: place, ids }
  }
  if (data !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `--data: ${resolve(data)} holds no ${name} case; expected ${join(resolve(data), files.image.replaceAll('{case}', '<case>'))}`,
    )
  }
  const own = join(folder, 'volumes')
  const ids = caseIds(own, files.image)
  return ids.length > 0 ? { root: own, ids } : null
}

/** What `{case}` stands for in the paths that are there. */
function caseIds(root: string, pattern: string): string[] {
  const parts = pattern.split('/')
  const at = parts.findIndex((part) => part.includes('{case}'))
  const folder = pathAsStored(root, parts.slice(0, at).join('/'))
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const [before, after] = parts[at]!.normalize('NFC').split('{case}') as [string, string]
  const ids = visibleNames(folder)
    .map((name) => name.normalize('NFC'))
    .filter((name) => name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after))
    .map((name) => name.slice(before.length, name.length - after.length))
    .filter((id) => existsSync(pathAsStored(root, pattern.replaceAll('{case}', id))))
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

/** The folder that `fetch` and `prepare` fill: `--data`, else `datasets/<name>/volumes`. */
export function volumesFolder({ folder }: Pick<Description, 'folder'>, data: string | undefined): string {
  return data === undefined ? join(folder, 'volumes') : resolve(data)
}
