import { dualsegError } from '@dualseg/kernels'

/**
 * The q-th percentile with linear interpolation between order statistics, numpy's default: exact, in double arithmetic.
 *
 * @param values any order, not changed
 * @param q 0..100
 * @returns NaN if any value is NaN
 * @throws DUALSEG_VALUE for an empty list or a q outside 0..100
 */
export function percentile(values: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 100)) throw dualsegError('DUALSEG_VALUE', `percentile: q is ${q}; expected a number from 0 to 100`)
  if (values.length === 0) throw dualsegError('DUALSEG_VALUE', 'percentile: no values were given; expected at least one')
  // float32 in, float32 kept: half the memory to move, and no value is changed by it.
  const work = values instanceof Float32Array ? values.slice() : Float64Array.from(values)
  for (const value of work) if (Number.isNaN(value)) return Number.NaN

  const position = (q / 100) * (work.length - 1)
  const below = Math.floor(position)
  const fraction = position - below
  const lower = select(work, below)
  if (fraction === 0) return lower
  let upper = Number.POSITIVE_INFINITY
  for (let i = below + 1; i < work.length; i++) if (work[i]! < upper) upper = work[i]!
  // From the nearer end, as numpy does: the last bit depends on it.
  return fraction < 0.5 ? lower + (upper - lower) * fraction : upper - (upper - lower) * (1 - fraction)
}

/** Quickselect: afterwards work[k] is the k-th smallest, nothing after it is smaller. Stopping at equal values keeps ties balanced. */
function select(work: Float32Array | Float64Array, k: number): number {
  let left = 0
  let right = work.length - 1
  while (left < right) {
    const pivot = median(work[left]!, work[(left + right) >> 1]!, work[right]!)
    let i = left
    let j = right
    while (i <= j) {
      while (work[i]! < pivot) i++
      while (work[j]! > pivot) j--
      if (i <= j) {
        const kept = work[i]!
        work[i++] = work[j]!
        work[j--] = kept
      }
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else break
  }
  return work[k]!
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
