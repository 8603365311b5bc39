import type { Triple } from '../volume'

/** 3 x 3, row by row, on columns of x, y, z. */
export type AffineMatrix = readonly [number, number, number, number, number, number, number, number, number]

/**
 * `Rz Ry Rx S`: scaled along the axes, then turned about x, y and z, counter-clockwise for who looks against the axis.
 *
 * @param angles about x, y, z, in radians
 * @param scale along x, y, z
 */
export function affineMatrix(angles: Readonly<Triple>, scale: Readonly<Triple>): AffineMatrix {
  // Rounded, since the last bits of sines differ between versions of V8: half a millionth of a voxel at the corner of a patch.
  const [sx, sy, sz] = angles.map((angle) => Math.fround(Math.sin(angle))) as Triple
  const [cx, cy, cz] = angles.map((angle) => Math.fround(Math.cos(angle))) as Triple
  const [ax, ay, az] = scale
  return [
    cz * cy * ax,
    (cz * sy * sx - sz * cx) * ay,
    (cz * sy * cx + sz * sx) * az,
    sz * cy * ax,
    (sz * sy * sx + cz * cx) * ay,
    (sz * sy * cx - cz * sx) * az,
    -sy * ax,
    cy * sx * ay,
    cy * cx * az,
  ]
}
