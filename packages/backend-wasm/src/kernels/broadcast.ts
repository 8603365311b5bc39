import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { sizeOf } from './kernel'

/** A small tensor against a full one [outer, mid, inner]: the small one is [outer, 1, inner]. */
export interface Spread {
  readonly outer: number
  readonly mid: number
  readonly inner: number
}

/**
 * How `small` spreads over `full`, whose shape is the result's. `null` if the axes along which it is repeated do not lie together.
 */
export function spreadOver(full: readonly number[], small: readonly number[]): Spread | null {
  const missing = full.length - small.length
  if (missing < 0) return sizeOf(small) === sizeOf(full) ? { outer: 1, mid: 1, inner: sizeOf(full) } : null
  let outer = 1
  let mid = 1
  let inner = 1
  let part: 'outer' | 'mid' | 'inner' = 'outer'
  for (let axis = 0; axis < full.length; axis++) {
    const size = full[axis]!
    if (size === 1) continue
    const isRepeated = axis < missing || small[axis - missing] === 1
    if (isRepeated) {
      if (part === 'inner') return null
      part = 'mid'
      mid *= size
    } else if (part === 'outer') {
      outer *= size
    } else {
      part = 'inner'
      inner *= size
    }
  }
  return { outer, mid, inner }
}

/** Shapes of two operands, sorted by role. */
export interface Operands {
  readonly shape: number[]
  readonly full: TensorInfo
  readonly small: TensorInfo
  /** The small one stands on the left. */
  readonly isSwapped: boolean
  /** `null`: the same shape. */
  readonly spread: Spread | null
}

/** Sorts two operands into a full and a small one; `null` if each is repeated along some axis of the other, or scattered. */
export function sortOperands(a: TensorInfo, b: TensorInfo): Operands | null {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
  const size = sizeOf(shape)
  const sizeA = sizeOf(a.shape)
  const sizeB = sizeOf(b.shape)
  if (sizeA === size && sizeB === size) return { shape, full: a, small: b, isSwapped: false, spread: null }
  const isSwapped = sizeA < size
  const [full, small] = isSwapped ? [b, a] : [a, b]
  if (sizeOf(full.shape) !== size) return null
  const spread = spreadOver(shape, small.shape)
  return spread && { shape, full, small, isSwapped, spread }
}

const BYTES_PER_TASK = 65536

/** Rows of `bytes` bytes that make one task: a multiple of four, so that four rows can be done at a time. */
export function rowsPerTask(bytes: number): number {
  return Math.max(4, Math.ceil(BYTES_PER_TASK / bytes / 4) * 4)
}

/** The small operand, repeated to the full shape. The caller disposes of it. Four-byte types only. */
export function expand(backend: WasmBackend, small: TensorInfo, shape: number[], { outer, mid, inner }: Spread): TensorInfo {
  const full = backend.allocate(shape, small.dtype)
  const rows = outer * mid
  const perTask = rowsPerTask(inner * 4)
  const args = [backend.address(small), backend.address(full), rows, mid, inner, perTask]
  backend.run('repeatRows', args, Math.ceil(rows / perTask))
  return full
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return util.arraysEqual(a as number[], b as number[])
}
