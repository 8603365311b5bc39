import type { Triple, VoxelArray } from '../volume'
import { flip, type VolumeView } from '../volume-view'
import type { AffineMatrix } from './affine-matrix'
import type { Axis } from './augmentation'

// A crop is mirrored as it is cut, which costs nothing: what follows does the same to a crop and to its mirror image.

/** The volume backwards along the axes, and where the same crop begins there. */
export function mirroredCrop<T extends VoxelArray>(
  view: VolumeView<T>,
  { patch, start, pad }: { patch: Readonly<Triple>; start: Readonly<Triple>; pad: Readonly<Triple> },
  axes: readonly Axis[],
): { view: VolumeView<T>; start: Triple } {
  const from: Triple = [...start]
  for (const axis of axes) from[axis] = view.size[axis] + 2 * pad[axis] - patch[axis] - start[axis]
  return { view: axes.reduce(flip, view), start: from }
}

/** The matrix of the mirrored crop: offsets along these axes count the other way. */
export function mirroredMatrix(matrix: AffineMatrix, axes: readonly Axis[]): AffineMatrix {
  return matrix.map((value, i) => (axes.includes((i % 3) as Axis) ? -value : value)) as unknown as AffineMatrix
}
