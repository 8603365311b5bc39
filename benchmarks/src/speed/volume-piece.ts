import { windowStarts } from '@dualseg/trainer'
import type { Triple } from './request'

/** A volume, or a piece of one, in windows. */
export interface VolumePiece {
  readonly size: Triple
  readonly windows: number
  /** Of the whole volume. */
  readonly all: number
}

/**
 * A volume that takes at most so many windows, else the whole one: cut along the axis that has most of them, again and again. All subjects then do the
 * same loop on the same piece, and seconds a window are those of the whole.
 */
export function volumePiece(whole: Triple, patch: Triple, stride: Triple, most = Number.POSITIVE_INFINITY): VolumePiece {
  const counts = whole.map((dim, axis) => windowStarts(dim, patch[axis]!, stride[axis]!).starts.length)
  const product = () => counts.reduce((windows, count) => windows * count, 1)
  const all = product()
  while (product() > Math.max(most, 1)) counts[counts.indexOf(Math.max(...counts))]! -= 1
  const size = whole.map((dim, axis) => Math.min(dim, patch[axis]! + stride[axis]! * (counts[axis]! - 1))) as unknown as Triple
  return { size: product() === all ? whole : size, windows: product(), all }
}
