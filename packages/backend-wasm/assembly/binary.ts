import { BLOCK } from './blocks'

// Operation numbers; the same in src/kernels/operations.ts.
const ADD = 0, SUB = 1, MUL = 2, DIV = 3, MAX = 4, MIN = 5, SQUARED_DIFFERENCE = 6, LEAKY_RELU_GRAD = 7

// @ts-ignore: decorator
@inline
function apply2(op: i32, a: v128, b: v128, alpha: f32): v128 {
  if (op == ADD) return f32x4.add(a, b)
  if (op == SUB) return f32x4.sub(a, b)
  if (op == MUL) return f32x4.mul(a, b)
  if (op == DIV) return f32x4.div(a, b)
  if (op == MAX) return f32x4.max(a, b)
  if (op == MIN) return f32x4.min(a, b)
  if (op == SQUARED_DIFFERENCE) {
    const d = f32x4.sub(a, b)
    return f32x4.mul(d, d)
  }
  return v128.bitselect(a, f32x4.mul(a, f32x4.splat(alpha)), f32x4.gt(b, f32x4.splat(0)))
}

// @ts-ignore: decorator
@inline
function same2(op: i32, x: usize, y: usize, z: usize, size: usize, alpha: f32): void {
  for (let i: usize = 0; i < size; i += 16) v128.store(z + i, apply2(op, v128.load(x + i), v128.load(y + i), alpha))
}

/** z = op(x, y), the same shape. May be in place. */
export function binary(op: i32, x: usize, y: usize, z: usize, n: usize, alpha: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * BLOCK << 2
  const size = (min(end * BLOCK, n) << 2) - from
  x += from
  y += from
  z += from
  switch (op) {
    case ADD: { same2(ADD, x, y, z, size, alpha); break }
    case SUB: { same2(SUB, x, y, z, size, alpha); break }
    case MUL: { same2(MUL, x, y, z, size, alpha); break }
    case DIV: { same2(DIV, x, y, z, size, alpha); break }
    case MAX: { same2(MAX, x, y, z, size, alpha); break }
    case MIN: { same2(MIN, x, y, z, size, alpha); break }
    case SQUARED_DIFFERENCE: { same2(SQUARED_DIFFERENCE, x, y, z, size, alpha); break }
    default: { same2(LEAKY_RELU_GRAD, x, y, z, size, alpha); break }
  }
}

// @ts-ignore: decorator
@inline
function whole2(op: i32, x: usize, y: usize, stepY: usize, z: usize, size: usize): void {
  const constant = v128.load32_splat(y)
  for (let i: usize = 0; i < size; i += 16) {
    const a = v128.load(x + i), b = stepY ? v128.load(y + i) : constant
    let v: v128
    if (op == ADD) v = i32x4.add(a, b)
    else if (op == SUB) v = i32x4.sub(a, b)
    else if (op == MUL) v = i32x4.mul(a, b)
    else if (op == MAX) v = i32x4.max_s(a, b)
    else v = i32x4.min_s(a, b)
    v128.store(z + i, v)
  }
}

/** z = op(x, y) for whole numbers; stepY 0: y is one value. */
export function binaryWhole(op: i32, x: usize, y: usize, stepY: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * BLOCK << 2
  const size = (min(end * BLOCK, n) << 2) - from
  x += from
  if (stepY) y += from
  z += from
  switch (op) {
    case ADD: { whole2(ADD, x, y, stepY, z, size); break }
    case SUB: { whole2(SUB, x, y, stepY, z, size); break }
    case MUL: { whole2(MUL, x, y, stepY, z, size); break }
    case MAX: { whole2(MAX, x, y, stepY, z, size); break }
    default: { whole2(MIN, x, y, stepY, z, size); break }
  }
}

// @ts-ignore: decorator
@inline
function ordered(op: i32, swap: bool, a: v128, b: v128): v128 {
  return swap ? apply2(op, b, a, 0) : apply2(op, a, b, 0)
}

// One row of `inner` values against one value of y.
// @ts-ignore: decorator
@inline
function rowByValue(op: i32, swap: bool, x: usize, v: v128, z: usize, inner: usize): void {
  const whole = inner & ~3
  let i: usize = 0
  for (; i < whole; i += 4) v128.store(z + (i << 2), ordered(op, swap, v128.load(x + (i << 2)), v))
  for (; i < inner; ++i) v128.store_lane<f32>(z + (i << 2), ordered(op, swap, v128.load_zero<f32>(x + (i << 2)), v), 0)
}

// One row of `inner` values against `inner` values of y.
// @ts-ignore: decorator
@inline
function rowByRow(op: i32, swap: bool, x: usize, y: usize, z: usize, inner: usize): void {
  const whole = inner & ~3
  let i: usize = 0
  for (; i < whole; i += 4) v128.store(z + (i << 2), ordered(op, swap, v128.load(x + (i << 2)), v128.load(y + (i << 2))))
  for (; i < inner; ++i) v128.store_lane<f32>(z + (i << 2), ordered(op, swap, v128.load_zero<f32>(x + (i << 2)), v128.load_zero<f32>(y + (i << 2))), 0)
}

// @ts-ignore: decorator
@inline
function rows2(op: i32, swap: bool, x: usize, y: usize, z: usize, mid: usize, inner: usize, isValue: bool, row: usize, last: usize): void {
  const bytes = inner << 2
  if (isValue) {
    if (inner == 2) { // two classes: four rows at a time
      for (; row < last; row += 4) {
        const v = v128.load(y + (row << 2)), p = x + (row << 3), q = z + (row << 3)
        v128.store(q, ordered(op, swap, v128.load(p), v128.shuffle<f32>(v, v, 0, 0, 1, 1)))
        v128.store(q, ordered(op, swap, v128.load(p, 16), v128.shuffle<f32>(v, v, 2, 2, 3, 3)), 16)
      }
      return
    }
    for (; row < last; ++row) rowByValue(op, swap, x + row * bytes, v128.load32_splat(y + (row << 2)), z + row * bytes, inner)
    return
  }
  let outer = row / mid
  let left = (outer + 1) * mid - row
  for (; row < last; ++row) {
    rowByRow(op, swap, x + row * bytes, y + outer * bytes, z + row * bytes, inner)
    if (--left == 0) {
      outer += 1
      left = mid
    }
  }
}

/**
 * z[o, m, i] = op(x[o, m, i], y), where y is y[o, i] (isValue 0: the same row for every m) or y[row] (isValue 1: rows of `inner` values against one value;
 * o and m are one axis then). `swap` exchanges the operands. A task is `rowsPerTask` rows of `rows`.
 */
export function binaryRows(op: i32, swap: i32, x: usize, y: usize, z: usize, rows: usize, mid: usize, inner: usize, isValue: i32, rowsPerTask: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const first = begin * rowsPerTask
  const last = min(end * rowsPerTask, rows)
  const v = isValue != 0
  switch (op) {
    case ADD: { rows2(ADD, false, x, y, z, mid, inner, v, first, last); break }
    case SUB: {
      if (swap) rows2(SUB, true, x, y, z, mid, inner, v, first, last)
      else rows2(SUB, false, x, y, z, mid, inner, v, first, last)
      break
    }
    case MUL: { rows2(MUL, false, x, y, z, mid, inner, v, first, last); break }
    case DIV: {
      if (swap) rows2(DIV, true, x, y, z, mid, inner, v, first, last)
      else rows2(DIV, false, x, y, z, mid, inner, v, first, last)
      break
    }
    case MAX: { rows2(MAX, false, x, y, z, mid, inner, v, first, last); break }
    case MIN: { rows2(MIN, false, x, y, z, mid, inner, v, first, last); break }
    default: { rows2(SQUARED_DIFFERENCE, false, x, y, z, mid, inner, v, first, last); break }
  }
}

// @ts-ignore: decorator
@inline
function scalar2(op: i32, swap: bool, x: usize, v: v128, z: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) v128.store(z + i, ordered(op, swap, v128.load(x + i), v))
}

/** z = op(x, the one value at y); `swap` exchanges the operands. May be in place. */
export function binaryScalar(op: i32, swap: i32, x: usize, y: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * BLOCK << 2
  const size = (min(end * BLOCK, n) << 2) - from
  const v = v128.load32_splat(y)
  x += from
  z += from
  switch (op) {
    case ADD: { scalar2(ADD, false, x, v, z, size); break }
    case SUB: {
      if (swap) scalar2(SUB, true, x, v, z, size)
      else scalar2(SUB, false, x, v, z, size)
      break
    }
    case MUL: { scalar2(MUL, false, x, v, z, size); break }
    case DIV: {
      if (swap) scalar2(DIV, true, x, v, z, size)
      else scalar2(DIV, false, x, v, z, size)
      break
    }
    case MAX: { scalar2(MAX, false, x, v, z, size); break }
    case MIN: { scalar2(MIN, false, x, v, z, size); break }
    default: { scalar2(SQUARED_DIFFERENCE, false, x, v, z, size); break }
  }
}

// @ts-ignore: decorator
@inline
function lines2(op: i32, swap: bool, x: usize, line: usize, z: usize, bytes: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += bytes) {
    const stop = min(bytes, size - i)
    for (let lane: usize = 0; lane < stop; lane += 16) {
      v128.store(z + i + lane, ordered(op, swap, v128.load(x + i + lane), v128.load(line + lane)))
    }
  }
}

/** z[i] = op(x[i], line[i mod lanes]), lanes a multiple of 4 and `chunk`, the values of a task, a multiple of lanes. `swap` exchanges the operands. */
export function binaryLines(op: i32, swap: i32, x: usize, line: usize, z: usize, n: usize, lanes: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * chunk << 2
  const size = (min(end * chunk, n) << 2) - from
  const bytes = lanes << 2
  x += from
  z += from
  switch (op) {
    case ADD: { lines2(ADD, false, x, line, z, bytes, size); break }
    case SUB: {
      if (swap) lines2(SUB, true, x, line, z, bytes, size)
      else lines2(SUB, false, x, line, z, bytes, size)
      break
    }
    case MUL: { lines2(MUL, false, x, line, z, bytes, size); break }
    case DIV: {
      if (swap) lines2(DIV, true, x, line, z, bytes, size)
      else lines2(DIV, false, x, line, z, bytes, size)
      break
    }
    case MAX: { lines2(MAX, false, x, line, z, bytes, size); break }
    case MIN: { lines2(MIN, false, x, line, z, bytes, size); break }
    default: { lines2(SQUARED_DIFFERENCE, false, x, line, z, bytes, size); break }
  }
}
