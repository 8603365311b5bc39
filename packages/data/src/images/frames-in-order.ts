import { emptyLike } from '../tensor-order'
import type { VoxelArray } from '../volume'

/** GDCM gives frames as they are stored, wherever they lie. */
export function framesInOrder<T extends VoxelArray>(data: T, frames: readonly number[]): T {
  const plane = data.length / frames.length
  const ordered = emptyLike(data, data.length, false)
  for (const [z, frame] of frames.entries()) ordered.set(data.subarray(frame * plane, (frame + 1) * plane) as never, z * plane)
  return ordered
}
