/** Typed arrays that can hold a mask. */
export type MaskData =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/**
 * A label map, 2-D or 3-D: an itk-wasm `Image` with one component is one, and so is a plain object.
 *
 * `data` holds whole numbers from 0 (background) with x fastest: voxel (x, y, z) stands at `x + nx * (y + ny * z)`.
 */
export interface LabelMap {
  readonly data: MaskData
  /** [nx, ny] or [nx, ny, nz]. A 3-D map with an axis of length 1 is not the same as a 2-D one: all its voxels are surface. */
  readonly size: readonly number[]
  /** Voxel edge lengths in x, y, z. Absent: voxel units. */
  readonly spacing?: readonly number[]
  /** Compared where both maps have one, otherwise unused. */
  readonly origin?: readonly number[]
  /** Row-major, columns are axes. Compared where both maps have one, otherwise unused. */
  readonly direction?: ArrayLike<number>
}

/** A label map that holds 0 and 1 only. */
export interface Mask extends LabelMap {}
