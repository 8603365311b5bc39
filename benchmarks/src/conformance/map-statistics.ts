import type { MapSummary } from './network-cases'

/** Euclidean norm in double precision. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!
  return Math.sqrt(sum)
}

/** Mean and standard deviation without Bessel's correction of every `step`-th value from `first`. */
export function moments(values: ArrayLike<number>, first = 0, step = 1): { mean: number; std: number } {
  let sum = 0
  let count = 0
  for (let i = first; i < values.length; i += step, count++) sum += values[i]!
  const mean = sum / count
  let squares = 0
  for (let i = first; i < values.length; i += step) squares += (values[i]! - mean) ** 2
  return { mean, std: Math.sqrt(squares / count) }
}

/** The statistics the kit lists for a map of these values, in double precision. */
export function summarise(values: Float32Array, channels: number): Omit<MapSummary, 'index' | 'value' | 'shape'> {
  const { mean, std } = moments(values)
  const byChannel = Array.from({ length: channels }, (_, c) => moments(values, c, channels))
  return {
    mean,
    std,
    min: values.reduce((least, v) => Math.min(least, v), Number.POSITIVE_INFINITY),
    max: values.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY),
    sum: mean * values.length,
    l2: norm(values),
    channelMean: byChannel.map((channel) => channel.mean),
    channelStd: byChannel.map((channel) => channel.std),
  }
}
