import { describedGridDataset } from './described-grid-dataset'
import type { GridDataset } from './grid-dataset'
import { la } from './la-dataset'

/** By the verb's name. */
export const GRID_DATASETS: Readonly<Record<string, GridDataset>> = { la }

export function gridDataset(name: string): GridDataset {
  return GRID_DATASETS[name] ?? describedGridDataset(name)
}
