import { readFile } from 'node:fs/promises'
import { openH5 } from '../../h5-file'
import { fromTensorOrder } from '../../tensor-order'
import type { Volume } from '../../volume'
import type { Refuse } from './image-header'

/** One dataset of an HDF5 file laid out as the Left Atrium's: three axes x, y, z with z fastest, no spacing. */
export async function readH5Image(path: string, dataset: string, refuse: Refuse): Promise<Volume & { storedType: string }> {
  const bytes = await readFile(path)
  return openH5(bytes, refuse, (file) => {
    const found = file.dataset(dataset)
    file.refuseUnguarded([found])
    return {
      data: fromTensorOrder(found.read(), found.shape),
      size: [...found.shape],
      spacing: [1, 1, 1],
      spacingUnit: 'voxel' as const,
      storedType: found.type,
    }
  })
}
