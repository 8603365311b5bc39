import type { Triple } from '../volume'

/** An ellipsoid whose axes lie along x, y, z but for a turn in the x-y plane. */
export interface Ellipsoid {
  kind: 'ellipsoid'
  centre: Triple
  radii: Triple
  /** Cosine and sine of the turn. */
  turn: [number, number]
}

/** A tube whose radius changes evenly from one end to the other, with round ends. */
export interface Tube {
  kind: 'tube'
  from: Triple
  to: Triple
  radii: [number, number]
}

export type Shape = Ellipsoid | Tube

/** A row of points along x after warping: where each voxel of the row lies in the undistorted anatomy. */
export interface Row {
  x: Float64Array
  y: Float64Array
  z: Float64Array
}

/** Half the extent of a shape along each axis, and its middle. */
export function boundsOf(shape: Shape): { low: Triple; high: Triple } {
  if (shape.kind === 'ellipsoid') {
    const [c, s] = shape.turn
    const [rx, ry, rz] = shape.radii
    const reach: Triple = [Math.sqrt(c * c * rx * rx + s * s * ry * ry), Math.sqrt(s * s * rx * rx + c * c * ry * ry), rz]
    return { low: minus(shape.centre, reach), high: plus(shape.centre, reach) }
  }
  const { from, to, radii } = shape
  const r = Math.max(radii[0], radii[1])
  return {
    low: [Math.min(from[0], to[0]) - r, Math.min(from[1], to[1]) - r, Math.min(from[2], to[2]) - r],
    high: [Math.max(from[0], to[0]) + r, Math.max(from[1], to[1]) + r, Math.max(from[2], to[2]) + r],
  }
}

/** Raises `depth` (distance to the surface, positive inside, in voxels) to that of the shape where it is larger, for points `begin` to `end`. */
export function raiseDepth(depth: Float64Array, shape: Shape, row: Row, begin: number, end: number): void {
  if (shape.kind === 'ellipsoid') raiseEllipsoid(depth, shape, row, begin, end)
  else raiseTube(depth, shape, row, begin, end)
}

/** First-order distance: with k = |p / r| and its gradient, depth = k (1 - k) / |p / r^2|. */
function raiseEllipsoid(depth: Float64Array, { centre, radii, turn }: Ellipsoid, row: Row, begin: number, end: number): void {
  const [cx, cy, cz] = centre
  const [cos, sin] = turn
  const [ix, iy, iz] = [1 / radii[0], 1 / radii[1], 1 / radii[2]]
  for (let i = begin; i < end; i++) {
    const dx = row.x[i]! - cx
    const dy = row.y[i]! - cy
    const a = (cos * dx + sin * dy) * ix
    const b = (cos * dy - sin * dx) * iy
    const c = (row.z[i]! - cz) * iz
    const k = Math.sqrt(a * a + b * b + c * c)
    const slope = Math.sqrt(a * a * ix * ix + b * b * iy * iy + c * c * iz * iz)
    const d = slope > 1e-9 ? (k * (1 - k)) / slope : Math.min(radii[0], radii[1], radii[2])
    if (d > depth[i]!) depth[i] = d
  }
}

function raiseTube(depth: Float64Array, { from, to, radii }: Tube, row: Row, begin: number, end: number): void {
  const [dx, dy, dz] = minus(to, from)
  const inverse = 1 / (dx * dx + dy * dy + dz * dz)
  for (let i = begin; i < end; i++) {
    const px = row.x[i]! - from[0]
    const py = row.y[i]! - from[1]
    const pz = row.z[i]! - from[2]
    const t = Math.min(Math.max((px * dx + py * dy + pz * dz) * inverse, 0), 1)
    const ex = px - t * dx
    const ey = py - t * dy
    const ez = pz - t * dz
    const d = radii[0] + t * (radii[1] - radii[0]) - Math.sqrt(ex * ex + ey * ey + ez * ez)
    if (d > depth[i]!) depth[i] = d
  }
}

/** A bent tube: a quadratic Bézier curve through three control points, as straight pieces. */
export function bentTube(start: Triple, bend: Triple, end: Triple, radii: [number, number], pieces = 6): Tube[] {
  const at = (t: number): Triple => {
    const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t]
    return [
      a * start[0] + b * bend[0] + c * end[0],
      a * start[1] + b * bend[1] + c * end[1],
      a * start[2] + b * bend[2] + c * end[2],
    ]
  }
  const radius = (t: number) => radii[0] + t * (radii[1] - radii[0])
  return Array.from({ length: pieces }, (_, piece) => {
    const [t0, t1] = [piece / pieces, (piece + 1) / pieces]
    return { kind: 'tube', from: at(t0), to: at(t1), radii: [radius(t0), radius(t1)] }
  })
}

export function plus(a: Triple, b: Triple): Triple {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

export function minus(a: Triple, b: Triple): Triple {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
