import { BLOCK } from './blocks'
import { exp4, log4, sigmoid4, tanh4 } from './vector-math'

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
