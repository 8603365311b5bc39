import { readFile } from 'node:fs/promises'
import { type H5Dataset, openH5 } from '../../h5-file'
import { fromTensorOrder } from '../../tensor-order'
import type { Volume, VolumeGrid } from '../../volume'
import { type Refuse, silences } from './image-header'

/** One dataset of an HDF5 file laid out as the Left Atrium's: three axes x, y, z with z fastest, no spacing. */
export async function readH5Image(
  path: string,
  dataset: string,
  refuse: Refuse,
): Promise<Volume & { storedType: string; notes: string[] }> {
  return openH5(await readFile(path), refuse, (file) => {
    const found = file.dataset(dataset)
    file.refuseDamaged([found])
    const grid = gridOf(found)
    return { data: fromTensorOrder(found.read(), found.shape), ...grid, storedType: found.type, notes: silences(grid) }
  })
}

export async function readH5Grid(path: string, dataset: string, refuse: Refuse): Promise<VolumeGrid> {
  return openH5(await readFile(path), refuse, (file) => gridOf(file.dataset(dataset)))
}

function gridOf({ shape }: H5Dataset): VolumeGrid {
  return { size: [...shape], spacing: [1, 1, 1], spacingUnit: 'voxel' }
}
