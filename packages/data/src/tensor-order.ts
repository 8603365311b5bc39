import { dataError } from './data-error'
import { checkVolume, type Triple, type Volume, type VoxelArray, voxelCount } from './volume'

/** Voxels in tensor order `[x, y, z]`, z fastest, from a volume (x fastest). */
export function toTensorOrder<T extends VoxelArray>(volume: Volume<T>): T {
  checkVolume(volume, 'toTensorOrder')
  return reorder(volume.data, volume.size, false)
}

/**
 * Voxels in volume order (x fastest) from tensor order `[x, y, z]` (z fastest): the way back from a network's output to a `Volume`.
 *
 * @param options.shared put the result into a SharedArrayBuffer, so that threads can share it @default false
 */
export function fromTensorOrder<T extends VoxelArray>(data: T, size: Readonly<Triple>, options: { shared?: boolean } = {}): T {
  if (data.length !== voxelCount(size)) {
    throw dataError(`fromTensorOrder: ${data.length} voxels do not fill size [${size}]`, { code: 'DUALSEG_SHAPE' })
  }
  return reorder(data, [size[2], size[1], size[0]], options.shared ?? false)
}

/** Reverses the order of the axes: first axis fastest in, last axis fastest out. */
function reorder<T extends VoxelArray>(data: T, [na, nb, nc]: Readonly<Triple>, shared: boolean): T {
  const out = emptyLike(data, data.length, shared)
  // Blocks of 16 x 16 keep both the reads and the writes within the cache.
  for (let b = 0; b < nb; b++) {
    for (let c0 = 0; c0 < nc; c0 += 16) {
      const c1 = Math.min(c0 + 16, nc)
      for (let a0 = 0; a0 < na; a0 += 16) {
        const a1 = Math.min(a0 + 16, na)
        for (let a = a0; a < a1; a++) {
          const to = (a * nb + b) * nc
          for (let c = c0; c < c1; c++) out[to + c] = data[a + na * (b + nb * c)]!
        }
      }
    }
  }
  return out
}

/** A zero-filled array of the same type. */
export function emptyLike<T extends VoxelArray>(data: T, length: number, shared: boolean): T {
  const Type = data.constructor as new (from: number | ArrayBufferLike) => T
  return shared ? new Type(new SharedArrayBuffer(length * data.BYTES_PER_ELEMENT)) : new Type(length)
}
