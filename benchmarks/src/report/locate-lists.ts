import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FoldLists } from '@dualseg/data'
import { phantomDataset, readFoldLists } from '@dualseg/data/node'
import { projectRoot } from '../project-root'

/** The fold lists of a data set by the name that runs have for it; no volume is looked at. */
export async function locateLists(dataset: string): Promise<FoldLists | undefined> {
  if (dataset === 'phantom') return phantomDataset(0).folds
  const folder = join(projectRoot, 'datasets', dataset, 'folds')
  return existsSync(folder) ? readFoldLists(folder) : undefined
}
