import { mostShared } from '../most-shared'
import type { VolumeView } from '../volume-view'
import { type Placement, placedRows } from './placed-rows'

/**
 * Labels of a crop that lies askew or at another scale in a volume: every class is interpolated linearly, outside is class 0, and the class with most wins; of
 * equal ones the lowest. No class appears that was not there. As nnU-Net v2 has it.
 *
 * @param values filled in tensor order (z fastest)
 */
export function sampleLabel(values: Uint8Array, { data, size, offset, strides }: VolumeView, placement: Placement): void {
  const [nx, ny, nz] = size
  const [sx, sy, sz] = strides
  const { patch, matrix } = placement
  const [, , stepX, , , stepY, , , stepZ] = matrix
  /** The eight labels about a place, x slowest, and what each counts. */
  const labels = new Uint8Array(8)
  const shares = new Float64Array(8)
  const labelAt = (x: number, y: number, z: number) =>
    x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz ? 0 : data[offset + x * sx + y * sy + z * sz]!

  const decided = (x: number, y: number, z: number): number => {
    if (x <= -1 || y <= -1 || z <= -1 || x >= nx || y >= ny || z >= nz) return 0
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
    const [u, v, w] = [x - i, y - j, z - k]
    for (let corner = 0; corner < 8; corner++) {
      const [dx, dy, dz] = [corner >> 2, (corner >> 1) & 1, corner & 1]
      labels[corner] = labelAt(i + dx, j + dy, k + dz)
      shares[corner] = (dx ? u : 1 - u) * (dy ? v : 1 - v) * (dz ? w : 1 - w)
    }
    return mostShared(labels, shares)
  }

  placedRows(size, placement, (to, x0, y0, z0, first, end) => {
    for (let k = 0; k < patch[2]; k++) {
      const x = x0 + k * stepX
      const y = y0 + k * stepY
      const z = z0 + k * stepZ
      if (k >= first && k < end) {
        const a = (offset + Math.imul(x | 0, sx) + Math.imul(y | 0, sy) + Math.imul(z | 0, sz)) | 0
        const label = data[a]!
        // Nearly everywhere all eight are the same.
        const isSame =
          data[a + sz] === label &&
          data[a + sy] === label &&
          data[a + sy + sz] === label &&
          data[a + sx] === label &&
          data[a + sx + sz] === label &&
          data[a + sx + sy] === label &&
          data[a + sx + sy + sz] === label
        if (isSame) {
          values[to + k] = label
          continue
        }
      }
      values[to + k] = decided(x, y, z)
    }
  })
}
