import { dataError } from '../data-error'
import { type Triple, type VoxelArray, voxelCount } from '../volume'
import type { Axis } from './augmentation'

/**
 * Changes every line of voxels along an axis, in place.
 *
 * @param values in tensor order (z fastest)
 * @param change given each line in turn, in a buffer that it writes over
 * @throws DUALSEG_SHAPE if the values do not fill the size
 */
export function alongLines(values: VoxelArray, size: Readonly<Triple>, axis: Axis, change: (line: Float64Array) => void): void {
  if (values.length !== voxelCount(size)) {
    throw dataError(`augmentation: ${values.length} voxels do not fill size [${size}]`, { code: 'DUALSEG_SHAPE' })
  }
  const length = size[axis]
  const step = axis === 0 ? size[1] * size[2] : axis === 1 ? size[2] : 1
  const line = new Float64Array(length)
  for (let block = 0; block < values.length; block += step * length) {
    for (let start = block; start < block + step; start++) {
      for (let i = 0, at = start; i < length; i++, at += step) line[i] = values[at]!
      change(line)
      for (let i = 0, at = start; i < length; i++, at += step) values[at] = line[i]!
    }
  }
}
