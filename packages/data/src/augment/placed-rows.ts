import type { Triple } from '../volume'
import type { AffineMatrix } from './affine-matrix'

/** A crop laid into a volume: its middle, and what its axes become there. */
export interface Placement {
  readonly patch: Readonly<Triple>
  /** Where the crop's middle lies, in voxels of the volume: of three voxels at its beginning, 1. */
  readonly centre: Readonly<Triple>
  readonly matrix: AffineMatrix
}

/** Where voxels of a row (the crop's z axis) lie: the k-th at `place + k * step`, with both neighbours along every axis within the volume for `first` to `end - 1`. */
export type PlacedRow = (to: number, x: number, y: number, z: number, first: number, end: number) => void

/** Calls `row` for every x, y of a crop, z being the axis along which its voxels lie side by side. */
export function placedRows(size: Readonly<Triple>, { patch, centre, matrix }: Placement, row: PlacedRow): void {
  const [px, py, pz] = patch
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = matrix
  for (let i = 0, to = 0; i < px; i++) {
    for (let j = 0; j < py; j++, to += pz) {
      const u = i - (px - 1) / 2
      const v = j - (py - 1) / 2
      const w = -(pz - 1) / 2
      const x = centre[0] + xx * u + xy * v + xz * w
      const y = centre[1] + yx * u + yy * v + yz * w
      const z = centre[2] + zx * u + zy * v + zz * w
      const isWithin = (k: number) =>
        withinAxis(x + k * xz, size[0]) && withinAxis(y + k * yz, size[1]) && withinAxis(z + k * zz, size[2])
      let [first, end] = [0, pz]
      ;[first, end] = narrowed(first, end, x, xz, size[0])
      ;[first, end] = narrowed(first, end, y, yz, size[1])
      ;[first, end] = narrowed(first, end, z, zz, size[2])
      // A row is straight, so that what lies between two voxels within lies within.
      while (first < end && !isWithin(first)) first++
      while (end > first && !isWithin(end - 1)) end--
      row(to, x, y, z, first, Math.max(end, first))
    }
  }
}

function withinAxis(at: number, length: number): boolean {
  return at >= 0 && at < length - 1
}

/** The part of `first` to `end` for which `0 <= at + k * step < length - 1`, give or take a rounding error. */
function narrowed(first: number, end: number, at: number, step: number, length: number): [number, number] {
  if (step === 0) return withinAxis(at, length) ? [first, end] : [first, first]
  const [low, high] = step > 0 ? [-at / step, (length - 1 - at) / step] : [(length - 1 - at) / step, -at / step]
  return [Math.max(first, Math.floor(low)), Math.min(end, Math.ceil(high) + 1)]
}
