import type { VolumeView } from '../volume-view'
import { type Placement, placedRows } from './placed-rows'

/**
 * Values of a crop that lies askew or at another scale in a volume: linear between voxels, the view's `outside` (0) beyond, as nnU-Net v2 has it (its first version took cubic splines).
 *
 * scipy's `map_coordinates` with `order=1, mode='grid-constant'`.
 *
 * @param values filled in tensor order (z fastest)
 */
export function sampleImage(
  values: Float32Array,
  { data, size, offset, strides, outside = 0 }: VolumeView,
  placement: Placement,
): void {
  const [nx, ny, nz] = size
  const [sx, sy, sz] = strides
  const { patch, matrix } = placement
  const [, , stepX, , , stepY, , , stepZ] = matrix
  const valueAt = (x: number, y: number, z: number) =>
    x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz ? outside : data[offset + x * sx + y * sy + z * sz]!

  const nearEdge = (x: number, y: number, z: number): number => {
    if (x <= -1 || y <= -1 || z <= -1 || x >= nx || y >= ny || z >= nz) return outside
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
    const [u, v, w] = [x - i, y - j, z - k]
    const alongZ = (p: number, q: number) => mix(valueAt(p, q, k), valueAt(p, q, k + 1), w)
    return mix(mix(alongZ(i, j), alongZ(i, j + 1), v), mix(alongZ(i + 1, j), alongZ(i + 1, j + 1), v), u)
  }

  placedRows(size, placement, (to, x0, y0, z0, first, end) => {
    for (let k = 0; k < first; k++) values[to + k] = nearEdge(x0 + k * stepX, y0 + k * stepY, z0 + k * stepZ)
    for (let k = first; k < end; k++) {
      const x = x0 + k * stepX
      const y = y0 + k * stepY
      const z = z0 + k * stepZ
      const i = x | 0
      const j = y | 0
      const l = z | 0
      const u = x - i
      const v = y - j
      const w = z - l
      // Whole numbers throughout: a stride may be negative, and 0 times it must not become -0.
      const a = (offset + Math.imul(i, sx) + Math.imul(j, sy) + Math.imul(l, sz)) | 0
      const b = (a + sy) | 0
      const c = (a + sx) | 0
      const d = (c + sy) | 0
      const ab = mix(mix(data[a]!, data[a + sz]!, w), mix(data[b]!, data[b + sz]!, w), v)
      const cd = mix(mix(data[c]!, data[c + sz]!, w), mix(data[d]!, data[d + sz]!, w), v)
      values[to + k] = mix(ab, cd, u)
    }
    for (let k = end; k < patch[2]; k++) values[to + k] = nearEdge(x0 + k * stepX, y0 + k * stepY, z0 + k * stepZ)
  })
}

function mix(from: number, to: number, share: number): number {
  return from + share * (to - from)
}
