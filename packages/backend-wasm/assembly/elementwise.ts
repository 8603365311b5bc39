// Element by element. A task is a block of BLOCK values. Whole vectors are read and written past the last value: every tensor has room up to
// a multiple of 64 bytes.
import { exp4, log4, sigmoid4, tanh4 } from './vector-math'

const BLOCK: usize = 16384

// Operation numbers; the same in src/kernels/operations.ts.
const NEG = 0, EXP = 1, LOG = 2, SQRT = 3, RSQRT = 4, SQUARE = 5, RELU = 6, SIGMOID = 7, TANH = 8, ABS = 9, LEAKY_RELU = 10, CLIP = 11, STEP = 12, POW_WHOLE = 13, POW = 14, RECIPROCAL = 15, SCALE_SHIFT = 16, LOG1P = 17, SOFTPLUS = 18

// @ts-ignore: decorator
@inline
function powWhole(v: v128, n: i32): v128 {
  let low = f64x2.promote_low_f32x4(v), high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
  let lowPower = f64x2.splat(1), highPower = f64x2.splat(1)
  for (let k = n < 0 ? -n : n; k != 0; k >>= 1) {
    if (k & 1) {
      lowPower = f64x2.mul(lowPower, low)
      highPower = f64x2.mul(highPower, high)
    }
    low = f64x2.mul(low, low)
    high = f64x2.mul(high, high)
  }
  if (n < 0) {
    lowPower = f64x2.div(f64x2.splat(1), lowPower)
    highPower = f64x2.div(f64x2.splat(1), highPower)
  }
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(lowPower), f32x4.demote_f64x2_zero(highPower), 0, 1, 4, 5)
}

// @ts-ignore: decorator
@inline
function powAny(v: v128, y: f64): v128 {
  let r = f32x4.splat(<f32>Math.pow(<f64>f32x4.extract_lane(v, 0), y))
  r = f32x4.replace_lane(r, 1, <f32>Math.pow(<f64>f32x4.extract_lane(v, 1), y))
  r = f32x4.replace_lane(r, 2, <f32>Math.pow(<f64>f32x4.extract_lane(v, 2), y))
  return f32x4.replace_lane(r, 3, <f32>Math.pow(<f64>f32x4.extract_lane(v, 3), y))
}

// log(1 + x): what rounding 1 + x has lost is put back.
// @ts-ignore: decorator
@inline
function log1p4(x: v128): v128 {
  const one = f32x4.splat(1)
  const u = f32x4.add(one, x)
  const lost = f32x4.div(f32x4.sub(f32x4.sub(u, one), x), u)
  const y = log4(u)
  return v128.bitselect(f32x4.sub(y, lost), y, f32x4.lt(f32x4.abs(y), f32x4.splat(Infinity)))
}

// @ts-ignore: decorator
@inline
function apply1(op: i32, v: v128, a: f32, b: f32): v128 {
  if (op == NEG) return f32x4.neg(v)
  if (op == EXP) return exp4(v)
  if (op == LOG) return log4(v)
  if (op == SQRT) return f32x4.sqrt(v)
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(v))
  if (op == SQUARE) return f32x4.mul(v, v)
  if (op == RELU) return f32x4.pmax(v, f32x4.splat(0))
  if (op == SIGMOID) return sigmoid4(v)
  if (op == TANH) return tanh4(v)
  if (op == ABS) return f32x4.abs(v)
  if (op == LEAKY_RELU) return v128.bitselect(f32x4.mul(v, f32x4.splat(a)), v, f32x4.lt(v, f32x4.splat(0)))
  if (op == CLIP) return f32x4.pmin(f32x4.pmax(v, f32x4.splat(a)), f32x4.splat(b))
  if (op == STEP) {
    const isPositive = f32x4.gt(v, f32x4.splat(0))
    return v128.bitselect(v128.bitselect(f32x4.splat(1), f32x4.splat(a), isPositive), v, f32x4.eq(v, v))
  }
  if (op == POW_WHOLE) return powWhole(v, <i32>a)
  if (op == POW) return powAny(v, <f64>a)
  if (op == LOG1P) return log1p4(v)
  if (op == SOFTPLUS) return f32x4.add(f32x4.pmax(v, f32x4.splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(v)))))
  if (op == RECIPROCAL) return f32x4.div(f32x4.splat(1), v)
  return f32x4.add(f32x4.mul(v, f32x4.splat(a)), f32x4.splat(b))
}

// @ts-ignore: decorator
@inline
function loop1(op: i32, x: usize, y: usize, size: usize, a: f32, b: f32): void {
  for (let i: usize = 0; i < size; i += 16) v128.store(y + i, apply1(op, v128.load(x + i), a, b))
}

/** y = op(x). May be in place. */
export function unary(op: i32, x: usize, y: usize, n: usize, a: f32, b: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * BLOCK << 2
  const size = (min(end * BLOCK, n) << 2) - from
  x += from
  y += from
  switch (op) {
    case NEG: { loop1(NEG, x, y, size, a, b); break }
    case EXP: { loop1(EXP, x, y, size, a, b); break }
    case LOG: { loop1(LOG, x, y, size, a, b); break }
    case SQRT: { loop1(SQRT, x, y, size, a, b); break }
    case RSQRT: { loop1(RSQRT, x, y, size, a, b); break }
    case SQUARE: { loop1(SQUARE, x, y, size, a, b); break }
    case RELU: { loop1(RELU, x, y, size, a, b); break }
    case SIGMOID: { loop1(SIGMOID, x, y, size, a, b); break }
    case TANH: { loop1(TANH, x, y, size, a, b); break }
    case ABS: { loop1(ABS, x, y, size, a, b); break }
    case LEAKY_RELU: { loop1(LEAKY_RELU, x, y, size, a, b); break }
    case CLIP: { loop1(CLIP, x, y, size, a, b); break }
    case STEP: { loop1(STEP, x, y, size, a, b); break }
    case POW_WHOLE: { loop1(POW_WHOLE, x, y, size, a, b); break }
    case POW: { loop1(POW, x, y, size, a, b); break }
    case LOG1P: { loop1(LOG1P, x, y, size, a, b); break }
    case SOFTPLUS: { loop1(SOFTPLUS, x, y, size, a, b); break }
    case RECIPROCAL: { loop1(RECIPROCAL, x, y, size, a, b); break }
    default: { loop1(SCALE_SHIFT, x, y, size, a, b); break }
  }
}

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

// Four masks of four lanes into sixteen bytes of 0 or 1.
// @ts-ignore: decorator
@inline
function narrow(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.and(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)), i8x16.splat(1))
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

// Four bytes of 0 or 1 as four integers.
// @ts-ignore: decorator
@inline
function widen(p: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)))
}

/** z = condition ? x : y on four-byte values; condition is bytes of 0 or 1. */
export function select(condition: usize, x: usize, y: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, n)
  for (let i = begin * BLOCK; i < last; i += 4) {
    const mask = i32x4.neg(widen(condition + i))
    v128.store(z + (i << 2), v128.bitselect(v128.load(x + (i << 2)), v128.load(y + (i << 2)), mask))
  }
}

// Conversions; the same numbers in src/kernels/operations.ts.
const BOOL_TO_FLOAT = 0, INT_TO_FLOAT = 1, BOOL_TO_INT = 2, FLOAT_TO_INT = 3, FLOAT_TO_BOOL = 4

/** z = x in another type. Floats are cut towards zero. */
export function convert(kind: i32, x: usize, z: usize, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const first = begin * BLOCK, last = min(end * BLOCK, n)
  switch (kind) {
    case BOOL_TO_FLOAT: {
      for (let i = first; i < last; i += 4) v128.store(z + (i << 2), f32x4.convert_i32x4_s(widen(x + i)))
      break
    }
    case INT_TO_FLOAT: {
      for (let i = first; i < last; i += 4) v128.store(z + (i << 2), f32x4.convert_i32x4_s(v128.load(x + (i << 2))))
      break
    }
    case BOOL_TO_INT: {
      for (let i = first; i < last; i += 4) v128.store(z + (i << 2), widen(x + i))
      break
    }
    case FLOAT_TO_INT: {
      for (let i = first; i < last; i += 4) v128.store(z + (i << 2), i32x4.trunc_sat_f32x4_s(v128.load(x + (i << 2))))
      break
    }
    case FLOAT_TO_BOOL: {
      const zero = f32x4.splat(0)
      for (let i = first; i < last; i += 16) {
        const p = x + (i << 2)
        v128.store(z + i, narrow(f32x4.ne(v128.load(p), zero), f32x4.ne(v128.load(p, 16), zero), f32x4.ne(v128.load(p, 32), zero), f32x4.ne(v128.load(p, 48), zero)))
      }
      break
    }
    default: { // integers to bool
      const zero = i32x4.splat(0)
      for (let i = first; i < last; i += 16) {
        const p = x + (i << 2)
        v128.store(z + i, narrow(i32x4.ne(v128.load(p), zero), i32x4.ne(v128.load(p, 16), zero), i32x4.ne(v128.load(p, 32), zero), i32x4.ne(v128.load(p, 48), zero)))
      }
    }
  }
}

/** z = value, given as its 32 bits. */
export function fill(z: usize, bits: i32, n: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const first = begin * BLOCK, last = min(end * BLOCK, n)
  const v = i32x4.splat(bits)
  for (let i = first; i < last; i += 4) v128.store(z + (i << 2), v)
}

/** Rows of `depth` four-byte values: `on` at the row's index (if it is one of them), `off` elsewhere, both as their 32 bits. */
export function oneHot(indices: usize, z: usize, rows: usize, depth: usize, on: i32, off: i32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, rows)
  for (let row = begin * BLOCK; row < last; ++row) {
    const index = load<u32>(indices + (row << 2)), line = z + (row * depth << 2)
    for (let i: usize = 0; i < depth; ++i) store<i32>(line + (i << 2), i == index ? on : off)
  }
}
