import { BLOCK } from './blocks'
import { narrow, widen } from './masks'

const EQUAL = 0, NOT_EQUAL = 1, GREATER = 2, GREATER_EQUAL = 3

// @ts-ignore: decorator
@inline
function compareLanes(op: i32, whole: bool, a: v128, b: v128): v128 {
  if (whole) {
    if (op == EQUAL) return i32x4.eq(a, b)
    if (op == NOT_EQUAL) return i32x4.ne(a, b)
    if (op == GREATER) return i32x4.gt_s(a, b)
    return i32x4.ge_s(a, b)
  }
  if (op == EQUAL) return f32x4.eq(a, b)
  if (op == NOT_EQUAL) return f32x4.ne(a, b)
  if (op == GREATER) return f32x4.gt(a, b)
  return f32x4.ge(a, b)
}

// @ts-ignore: decorator
@inline
function compareLoop(op: i32, whole: bool, x: usize, y: usize, z: usize, stepX: usize, stepY: usize, n: usize): void {
  const constantX = v128.load32_splat(x), constantY = v128.load32_splat(y)
  for (let i: usize = 0; i < n; i += 16) {
    const p = x + (i << 2), q = y + (i << 2)
    let a = constantX, b = constantX, c = constantX, d = constantX
    if (stepX) { a = v128.load(p); b = v128.load(p, 16); c = v128.load(p, 32); d = v128.load(p, 48) }
    let e = constantY, f = constantY, g = constantY, h = constantY
    if (stepY) { e = v128.load(q); f = v128.load(q, 16); g = v128.load(q, 32); h = v128.load(q, 48) }
    v128.store(z + i, narrow(compareLanes(op, whole, a, e), compareLanes(op, whole, b, f), compareLanes(op, whole, c, g), compareLanes(op, whole, d, h)))
  }
}

/** z (bytes 0 or 1) = x op y for floats (whole 0) or integers; stepX or stepY 0: that operand is one value. */
export function compare(op: i32, whole: i32, x: usize, y: usize, z: usize, stepX: usize, stepY: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * BLOCK
  const count = min(end * BLOCK, n) - from
  if (stepX) x += from << 2
  if (stepY) y += from << 2
  z += from
  if (whole) {
    switch (op) {
      case EQUAL: { compareLoop(EQUAL, true, x, y, z, stepX, stepY, count); break }
      case NOT_EQUAL: { compareLoop(NOT_EQUAL, true, x, y, z, stepX, stepY, count); break }
      case GREATER: { compareLoop(GREATER, true, x, y, z, stepX, stepY, count); break }
      default: { compareLoop(GREATER_EQUAL, true, x, y, z, stepX, stepY, count); break }
    }
  } else {
    switch (op) {
      case EQUAL: { compareLoop(EQUAL, false, x, y, z, stepX, stepY, count); break }
      case NOT_EQUAL: { compareLoop(NOT_EQUAL, false, x, y, z, stepX, stepY, count); break }
      case GREATER: { compareLoop(GREATER, false, x, y, z, stepX, stepY, count); break }
      default: { compareLoop(GREATER_EQUAL, false, x, y, z, stepX, stepY, count); break }
    }
  }
}

/** z = x and, or, xor y (op 0, 1, 2) on bytes of 0 or 1; op 3: z = not x. */
export function logical(op: i32, x: usize, y: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, n)
  for (let i = begin * BLOCK; i < last; i += 16) {
    const a = v128.load(x + i), b = v128.load(y + i)
    let r = v128.xor(a, i8x16.splat(1))
    if (op == 0) r = v128.and(a, b)
    else if (op == 1) r = v128.or(a, b)
    else if (op == 2) r = v128.xor(a, b)
    v128.store(z + i, r)
  }
}

/** z = condition ? x : y on four-byte values; condition is bytes of 0 or 1. */
export function select(condition: usize, x: usize, y: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, n)
  for (let i = begin * BLOCK; i < last; i += 4) {
    const mask = i32x4.neg(widen(condition + i))
    v128.store(z + (i << 2), v128.bitselect(v128.load(x + (i << 2)), v128.load(y + (i << 2)), mask))
  }
}
