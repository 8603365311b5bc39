import type { Image } from 'itk-wasm'
import { narrowVoxels, type StoredArray } from '../narrow-voxels'
import { gridDifference } from '../same-grid'
import { type Triple, type Volume, type VolumeGrid, voxelCount } from '../volume'
import type { Refuse } from './image-header'

/**
 * What a volume takes from three axes that ITK decoded, tested against what the files say: ITK replaces what it cannot use without a word.
 *
 * @param said by the files
 */
export function fromItkImage(image: Image, said: VolumeGrid, refuse: Refuse): Volume & { storedType: string } {
  const { imageType, data } = image
  if (imageType.components !== 1) throw refuse(`has ${imageType.components} components a voxel, expected one`)
  // Plus 0: -0 and 0 are the same place.
  const three = (values: ArrayLike<number>): Triple => [values[0]! + 0, values[1]! + 0, values[2]! + 0]
  const size = three(image.size)
  if (!data || data.length !== voxelCount(size))
    throw refuse(`gave ${data?.length ?? 0} voxels, expected ${voxelCount(size)} for size [${size}]; the file is damaged`)
  const direction = Array.from(image.direction as Float64Array, (entry) => entry + 0)
  const grid = { size, spacing: three(image.spacing), origin: three(image.origin), direction }
  const difference = gridDifference(grid, said, ['what was decoded', 'the header'])
  if (difference !== undefined) throw refuse(difference.found)
  return { data: narrowVoxels(data as StoredArray, refuse), ...grid, storedType: imageType.componentType }
}
