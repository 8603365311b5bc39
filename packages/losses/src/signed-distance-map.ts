import { distanceTo } from './euclidean-distance'
import { requireVolume } from './requirements/numbers'

/**
 * Signed distance target of a binary label, negative inside, each side scaled by its own maximum in this crop:
 * `d_out / max d_out - d_in / max d_in`, and exactly 0 on the inner boundary.
 *
 * d_in is the exact Euclidean distance (in voxels, no spacing) of a foreground voxel to the nearest background voxel, d_out the reverse. An
 * empty label gives 0 everywhere; a label without background gives NaN everywhere (0 / 0), as in the reference: do not train on it.
 *
 * Source: Xue et al. 2020; SASSNet and DTC, `compute_sdf`.
 *
 * @param label 0 or not 0, row-major over x, y, z (z fastest), as a sample of a tensor [batch, x, y, z]
 * @param size [nx, ny, nz]
 * @returns -1..1 in the same order
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function signedDistanceMap(label: ArrayLike<number>, size: readonly [number, number, number]): Float32Array {
  requireVolume('signedDistanceMap', 'label', label, size)
  const map = new Float32Array(label.length)
  const inside = Uint8Array.from(label, (value) => (value ? 1 : 0))
  const foreground = inside.reduce((count, value) => count + value, 0)
  if (foreground === 0) return map
  if (foreground === label.length) return map.fill(Number.NaN)

  const toForeground = distanceTo(inside, size)
  const toBackground = distanceTo(
    inside.map((value) => 1 - value),
    size,
  )
  const maxOutside = highest(toForeground)
  const maxInside = highest(toBackground)
  const boundary = innerBoundary(inside, size)
  for (let i = 0; i < map.length; i++) {
    if (boundary[i] === 0) map[i] = toForeground[i]! / maxOutside - toBackground[i]! / maxInside
  }
  return map
}

/**
 * Foreground voxels with a background voxel among their six neighbours. Faces of the volume do not count as background.
 *
 * Source: scikit-image's `find_boundaries(mode='inner')`, as SASSNet and DTC use it.
 *
 * @param label 0 or not 0, row-major
 * @param size [nx, ny, nz]
 * @returns 1 on the boundary, else 0
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function innerBoundary(label: ArrayLike<number>, size: readonly [number, number, number]): Uint8Array {
  requireVolume('innerBoundary', 'label', label, size)
  const [nx, ny, nz] = size
  const boundary = new Uint8Array(label.length)
  for (let x = 0, i = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, i++) {
        if (!label[i]) continue
        const touches =
          (z > 0 && !label[i - 1]) ||
          (z + 1 < nz && !label[i + 1]) ||
          (y > 0 && !label[i - nz]) ||
          (y + 1 < ny && !label[i + nz]) ||
          (x > 0 && !label[i - ny * nz]) ||
          (x + 1 < nx && !label[i + ny * nz])
        if (touches) boundary[i] = 1
      }
    }
  }
  return boundary
}

function highest(values: Float64Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}
