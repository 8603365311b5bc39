import { emptyLike } from './tensor-order'
import type { Triple, Volume, VoxelArray } from './volume'

/** A box of voxels of the new grid. */
export interface Region {
  readonly from: Readonly<Triple>
  readonly size: Readonly<Triple>
}

/** Pole of the cubic B-spline's inverse filter; its 40th power is below 1e-22. */
const POLE = Math.sqrt(3) - 2
const REACH = 40

/** Voxels of a grid of `step` mm that begins at the first voxel's centre and does not go beyond the last one's. */
export function splineGridSize({ size, spacing }: Pick<Volume, 'size' | 'spacing'>, step: number): Triple {
  // A last voxel that rounding puts a hair beyond still counts.
  return size.map((n, axis) => Math.floor(((n - 1) * spacing[axis]!) / step + 1e-6) + 1) as Triple
}

/**
 * Cubic B-spline interpolation on a grid of `step` mm, mirrored at the ends (Unser, Aldroubi and Eden, "B-spline signal processing", IEEE
 * Trans. Signal Processing 41, 1993).
 *
 * @param region which voxels of the new grid; only what they need is computed
 */
export function resampleCubic(image: Volume, step: number, region: Region): Volume<Float32Array> {
  let data: Float64Array = Float64Array.from(image.data)
  let size: Triple = [...image.size]
  for (const axis of [0, 1, 2] as const) {
    const ratio = step / image.spacing[axis]!
    const out: Triple = [...size]
    out[axis] = region.size[axis]!
    data = alongAxis(data, size, out, axis, (line, result) => cubicLine(line, result, region.from[axis]! * ratio, ratio))
    size = out
  }
  return { ...resampledGeometry(image, step, region), data: Float32Array.from(data) }
}

/** The nearest voxel on a grid of `step` mm; half-way goes to the farther one. */
export function resampleNearest<T extends VoxelArray>(label: Volume<T>, step: number, region: Region): Volume<T> {
  const [mx, my, mz] = region.size
  const [nx, ny] = label.size
  const sources = [0, 1, 2].map((axis) =>
    Int32Array.from({ length: region.size[axis]! }, (_, i) =>
      Math.min(label.size[axis]! - 1, Math.floor(((region.from[axis]! + i) * step) / label.spacing[axis]! + 0.5)),
    ),
  )
  const data = emptyLike(label.data, mx * my * mz, false)
  let to = 0
  for (let z = 0; z < mz; z++) {
    for (let y = 0; y < my; y++) {
      const row = nx * (sources[1]![y]! + ny * sources[2]![z]!)
      for (let x = 0; x < mx; x++) data[to++] = label.data[row + sources[0]![x]!]!
    }
  }
  return { ...resampledGeometry(label, step, region), data }
}

function resampledGeometry(volume: Volume, step: number, { from, size }: Region): Omit<Volume, 'data'> {
  const { origin = [0, 0, 0], direction = [1, 0, 0, 0, 1, 0, 0, 0, 1] } = volume
  const moved = origin.map(
    (place, row) => place + step * [0, 1, 2].reduce((sum, axis) => sum + direction[3 * row + axis]! * from[axis]!, 0),
  )
  return { size: [...size], spacing: [step, step, step], spacingUnit: 'mm', origin: moved as Triple, direction: [...direction] }
}

/** Works on every line along an axis. */
export function alongAxis<T extends Float32Array | Float64Array>(
  data: T,
  size: Readonly<Triple>,
  outSize: Readonly<Triple>,
  axis: 0 | 1 | 2,
  work: (line: Float64Array, result: Float64Array) => void,
): T {
  const strideOf = (of: Readonly<Triple>) => [1, of[0], of[0] * of[1]][axis]!
  const [stride, outStride] = [strideOf(size), strideOf(outSize)]
  const line = new Float64Array(size[axis])
  const result = new Float64Array(outSize[axis])
  const out = new (data.constructor as new (length: number) => T)(outSize[0] * outSize[1] * outSize[2])
  const blocks = data.length / (stride * size[axis])
  for (let block = 0; block < blocks; block++) {
    for (let offset = 0; offset < stride; offset++) {
      const from = block * stride * size[axis] + offset
      for (let i = 0; i < line.length; i++) line[i] = data[from + i * stride]!
      work(line, result)
      const to = block * outStride * outSize[axis] + offset
      for (let i = 0; i < result.length; i++) out[to + i * outStride] = result[i]!
    }
  }
  return out
}

/** Values at `start`, `start + ratio`, …, in places of the line; beyond its ends those of the ends. */
export function cubicLine(line: Float64Array, result: Float64Array, start: number, ratio: number): void {
  if (line.length === 1) {
    result.fill(line[0]!)
    return
  }
  toCoefficients(line)
  const last = line.length - 1
  const mirrored = (i: number) => line[i < 0 ? -i : i > last ? 2 * last - i : i]!
  for (let i = 0; i < result.length; i++) {
    const place = Math.max(0, Math.min(last, start + i * ratio))
    const whole = Math.min(last - 1, Math.floor(place))
    const t = place - whole
    const u = 1 - t
    result[i] =
      (u * u * u * mirrored(whole - 1) +
        (4 - 6 * t * t + 3 * t * t * t) * line[whole]! +
        (4 - 6 * u * u + 3 * u * u * u) * line[whole + 1]! +
        t * t * t * mirrored(whole + 2)) /
      6
  }
}

/** The spline's coefficients in place of the samples: one pass up, one pass down. */
function toCoefficients(line: Float64Array): void {
  const n = line.length
  const period = 2 * n - 2
  let first = 0
  for (let i = 0; i < Math.min(REACH, period); i++) first += line[i < n ? i : period - i]! * POLE ** i
  line[0] = first / (period <= REACH ? 1 - POLE ** period : 1)
  for (let i = 1; i < n; i++) line[i]! += POLE * line[i - 1]!
  line[n - 1] = (POLE / (POLE * POLE - 1)) * (line[n - 1]! + POLE * line[n - 2]!)
  for (let i = n - 2; i >= 0; i--) line[i] = POLE * (line[i + 1]! - line[i]!)
  for (let i = 0; i < n; i++) line[i]! *= 6
}
