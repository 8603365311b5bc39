import { dualsegError, found } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { requireArray, requireWithin } from './requirements/numbers'
import { withoutGradient } from './without-gradient'

/**
 * The q-th percentile with linear interpolation between order statistics, numpy's default: exact, in double arithmetic.
 *
 * @param values any order, not changed; infinities are numbers like others
 * @param q 0..100
 * @returns NaN if any value is NaN
 * @throws DUALSEG_VALUE for an empty list, what is no number or a q outside 0..100
 */
export function percentile(values: ArrayLike<number>, q: number): number {
  requireWithin('percentile', 'q', q, 0, 100)
  requireArray('percentile', 'values', values)
  if (values.length === 0) throw dualsegError('DUALSEG_VALUE', 'percentile: no values were given; expected at least one')
  const { below, fraction } = placeOf(q, values.length)
  return between(values instanceof Float32Array ? byRadix(values, below) : bySorting(values, below), fraction)
}

/** A backend may have it: of `x`, the k-th smallest value (from 0), the one after it, and the largest, which is NaN if any value is. */
const ORDER_STATISTICS = 'DualSegOrderStatistics'

/**
 * As {@link percentile}, of each tensor. They are found where the values are if the backend can, else read.
 *
 * @param tensors float32
 */
export function percentilesOf(tensors: readonly Tensor[], q: number): number[] {
  if (tf.getKernel(ORDER_STATISTICS, tf.getBackend()) === undefined) return tensors.map((x) => percentile(x.dataSync(), q))
  const found = withoutGradient(() =>
    tf.stack(tensors.map((x) => tf.engine().runKernel(ORDER_STATISTICS, { x }, { k: placeOf(q, x.size).below }) as Tensor)),
  )
  const values = found.dataSync()
  found.dispose()
  return tensors.map((x, i) => {
    const [kth, next, largest] = values.subarray(3 * i) as Float32Array
    return Number.isNaN(largest) ? Number.NaN : between([kth!, next!], placeOf(q, x.size).fraction)
  })
}

function placeOf(q: number, count: number): { below: number; fraction: number } {
  const position = (q / 100) * (count - 1)
  const below = Math.floor(position)
  return { below, fraction: position - below }
}

function between([lower, upper]: Neighbours, fraction: number): number {
  if (fraction === 0) return lower
  // From the nearer end, as numpy does: the last bit depends on it.
  return fraction < 0.5 ? lower + (upper - lower) * fraction : upper - (upper - lower) * (1 - fraction)
}

/** The k-th smallest value (from 0) and the one after it; NaN if any value is. */
type Neighbours = [kth: number, next: number]

function bySorting(values: ArrayLike<number>, k: number): Neighbours {
  const sorted = Float64Array.from(values, numberAt).sort()
  // NaN is sorted to the end.
  if (Number.isNaN(sorted[sorted.length - 1])) return [Number.NaN, Number.NaN]
  return [sorted[k]!, sorted[k + 1] ?? Number.POSITIVE_INFINITY]
}

function numberAt(value: unknown, place: number): number {
  if (typeof value === 'number') return value
  throw dualsegError('DUALSEG_VALUE', `percentile: values holds ${found(value)} at ${place}; expected numbers`)
}

/** Bits of a float32 from the top down, as they are counted; together 32. */
const DIGITS = [11, 11, 10]

/**
 * Entropies of millions of voxels are asked for in every training step: counting the digits of their bits reads them three or four times
 * in order, whatever their distribution.
 */
function byRadix(values: Float32Array, k: number): Neighbours {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  let rank = k
  let prefix = 0
  let shift = 32
  for (const digits of DIGITS) {
    const known = shift
    shift -= digits
    const counts = new Uint32Array(2 ** digits)
    const mask = counts.length - 1
    for (let i = 0; i < bits.length; i++) {
      const key = ordered(bits[i]!)
      if (known < 32 && key >>> known !== prefix) continue
      counts[(key >>> shift) & mask]!++
    }
    let digit = 0
    while (rank >= counts[digit]!) rank -= counts[digit++]!
    prefix = prefix * counts.length + digit
  }
  const kth = prefix >>> 0
  let atOrBelow = 0
  let next = 0xffffffff
  for (let i = 0; i < bits.length; i++) {
    const key = ordered(bits[i]!)
    if (key <= kth) atOrBelow++
    else if (key < next) next = key
    if (Number.isNaN(values[i]!)) return [Number.NaN, Number.NaN]
  }
  return [float32Of(kth), atOrBelow > k + 1 ? float32Of(kth) : float32Of(next)]
}

/** Bits of a float32 as an unsigned number that is ordered like the float. */
function ordered(bits: number): number {
  return (bits < 0 ? ~bits : bits ^ 0x80000000) >>> 0
}

function float32Of(key: number): number {
  const bits = key >= 0x80000000 ? key ^ 0x80000000 : ~key
  return new Float32Array(Int32Array.of(bits).buffer)[0]!
}
