import { readFile } from 'node:fs/promises'
import { type H5Dataset, openH5 } from '../../h5-file'
import { type Refuse, silences } from '../../images/image-header'
import { fromTensorOrder } from '../../tensor-order'
import type { Volume, VolumeGrid } from '../../volume'
import { fileTrouble } from '../file-error'

/** One dataset of an HDF5 file laid out as the Left Atrium's: three axes x, y, z with z fastest, no spacing. */
export async function readH5Image(
  path: string,
  dataset: string,
  refuse: Refuse,
): Promise<Volume & { storedType: string; notes: string[] }> {
  return openH5(await bytesOf(path, refuse), refuse, (file) => {
    const found = file.dataset(dataset)
    file.refuseDamaged([found])
    const grid = gridOf(found)
    return { data: fromTensorOrder(found.read(), found.shape), ...grid, storedType: found.type, notes: silences(grid) }
  })
}

export async function readH5Grid(path: string, dataset: string, refuse: Refuse): Promise<VolumeGrid> {
  return openH5(await bytesOf(path, refuse), refuse, (file) => gridOf(file.dataset(dataset)))
}

async function bytesOf(path: string, refuse: Refuse): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw refuse(fileTrouble(error) ?? 'cannot be read', error)
  })
}

function gridOf({ shape }: H5Dataset): VolumeGrid {
  return { size: [...shape], spacing: [1, 1, 1], spacingUnit: 'voxel' }
}
