import { join } from 'node:path'
import type { FoldLists } from '@dualseg/data'
import { phantomDataset, readFoldLists } from '@dualseg/data/node'
import { describe, describedNames } from '../data/description'
import { listsOf } from '../data/folds/lists-of'
import { phantomOf } from '../data/phantom-of'
import { projectRoot } from '../data/project-root'

/** The fold lists of a data set by the name that runs have for it; no volume is looked at. */
export async function locateLists(dataset: string): Promise<FoldLists | undefined> {
  if (dataset === 'phantom') return phantomDataset(0).folds
  if (dataset === 'la') return readFoldLists(join(projectRoot, 'datasets', 'la', 'folds'))
  const name = dataset.replace(/-phantom$/, '')
  if (!describedNames().includes(name)) return undefined
  const description = describe(name)
  return name === dataset ? listsOf(description) : (await phantomOf(description)).folds
}
