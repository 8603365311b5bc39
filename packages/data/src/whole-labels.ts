import type { Volume } from './volume'

/** Labels that went through floating point, as by a slope or a resampling to nowhere, miss their whole number by no more. */
const ROUNDING = 1e-3

export interface WholeLabels<V extends Volume> {
  volume: V
  /** What was rounded; none where all were whole. */
  notes: string[]
}

/** A label map of floating-point voxels that are whole but for rounding, with whole ones. Any other is left as it is, for the caller to refuse. */
export function wholeLabels<V extends Volume>(volume: V): WholeLabels<V> {
  const { data } = volume
  if (!(data instanceof Float32Array)) return { volume, notes: [] }
  let rounded = 0
  let farthest = 0
  for (const value of data) {
    const away = Math.abs(value - Math.round(value))
    if (away > ROUNDING) return { volume, notes: [] }
    if (away > 0) {
      rounded++
      farthest = Math.max(farthest, away)
    }
  }
  if (rounded === 0) return { volume, notes: [] }
  const notes = [`has ${rounded} label voxels that miss a whole number by up to ${farthest.toPrecision(2)}; they are rounded`]
  return { volume: { ...volume, data: data.map((value) => Math.round(value) + 0) }, notes }
}
