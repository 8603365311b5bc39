import type { VoxelArray } from './volume'

/** Every kind of number that a file may store. */
export type StoredArray =
  | VoxelArray
  | Int8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/**
 * The narrowest of a volume's types that holds every value of a stored type; float64 is rounded to float32.
 *
 * @param refuse makes the error for a voxel that is not finite or no integer of 32 bits
 */
export function narrowVoxels(data: StoredArray, refuse: (found: string) => Error): VoxelArray {
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const narrow = data instanceof Float32Array ? data : Float32Array.from(data)
    const wrong = narrow.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0) throw refuse(`voxel ${wrong} is ${data[wrong]}, expected finite numbers`)
    return narrow
  }
  if (data instanceof Uint8Array || data instanceof Int16Array || data instanceof Int32Array) return data
  if (data instanceof Int8Array) return Int16Array.from(data)
  if (data instanceof Uint8ClampedArray) return Uint8Array.from(data)
  if (data instanceof Uint16Array) return Int32Array.from(data)
  const narrow = new Int32Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i])
    if (value < -0x80000000 || value > 0x7fffffff) throw refuse(`voxel ${i} is ${data[i]}, expected integers of 32 bits`)
    narrow[i] = value
  }
  return narrow
}
