import { join } from 'node:path'
import { phantomDataset, readFoldLists, readSha256Sums } from '@dualseg/data/node'
import { errorCode } from '../command-line/exit-codes'
import { describe, describedNames } from '../data/description'
import { listsOf } from '../data/folds/lists-of'
import { phantomOf } from '../data/phantom-of'
import { projectRoot } from '../data/project-root'
import type { ListedData } from './known-splits'

/**
 * The fold lists of a data set by the name that runs have for it, and its volumes' sums where they are listed; no volume is looked at. Lists that
 * cannot be read are said and count as none: they are asked for runs alone that kept none.
 */
export async function locateLists(dataset: string): Promise<ListedData | undefined> {
  try {
    return await listedData(dataset)
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    console.error(`The lists of ${dataset} cannot be read: ${(error as Error).message}`)
    return undefined
  }
}

async function listedData(dataset: string): Promise<ListedData | undefined> {
  if (dataset === 'phantom') return { folds: phantomDataset(0).folds }
  if (dataset === 'la') {
    const folder = join(projectRoot, 'datasets', 'la')
    return { folds: await readFoldLists(join(folder, 'folds')), volumes: await readSha256Sums(join(folder, 'SHA256SUMS')) }
  }
  const name = dataset.replace(/-phantom$/, '')
  if (!describedNames().includes(name)) return undefined
  const description = await describe(name)
  const folds = name === dataset ? await listsOf(description) : (await phantomOf(description)).folds
  return folds && { folds }
}
