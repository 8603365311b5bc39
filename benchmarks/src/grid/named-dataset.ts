import type { Dataset } from '@dualseg/data/node'
import { describedGridDataset } from './described-grid-dataset'
import type { GridDataset } from './grid-dataset'
import { la } from './la-dataset'
import type { WorkOrder } from './work-order'

/** By their names; all others are described. */
export const GRID_DATASETS: Readonly<Record<string, GridDataset>> = { la }

/** @param reference a name, or the absolute path of a description */
export async function gridDataset(reference: string): Promise<GridDataset> {
  return GRID_DATASETS[reference] ?? describedGridDataset(reference)
}

/** The cases that an order is done on. */
export async function locate({ dataset, data, request }: WorkOrder): Promise<Dataset> {
  const own = await gridDataset(dataset)
  return request.heldOut === undefined ? own.locate(data) : own.whole(data, request.heldOut)
}
