import { describedGridDataset } from './described-grid-dataset'
import type { GridDataset } from './grid-dataset'
import { la } from './la-dataset'

/** By their names; all others are described. */
export const GRID_DATASETS: Readonly<Record<string, GridDataset>> = { la }

/** @param reference a name, or the absolute path of a description */
export async function gridDataset(reference: string): Promise<GridDataset> {
  return GRID_DATASETS[reference] ?? describedGridDataset(reference)
}
