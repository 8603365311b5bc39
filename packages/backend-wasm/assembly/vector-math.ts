// exp, log, tanh and the logistic function on four floats. Range reduction and polynomial coefficients: Cephes single precision library
// (Moshier); errors measured in test/ops.test.ts stay within 2 units in the last place.
//
// The constants stand in memory: V8 builds a vector constant anew, in several instructions, at every use in a loop, and loads one in one.
// pmin and pmax are one instruction each and let NaN in the first operand through; min and max are eight.

// @ts-ignore: decorator
@inline
function four(table: usize, index: usize): v128 {
  return v128.load(table + (index << 4))
}

const EXP: usize = memory.data<f32>([
  -104, -104, -104, -104, // lower bound
  89, 89, 89, 89, // upper bound
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, // 1 / ln 2
  12582912, 12582912, 12582912, 12582912, // 1.5 * 2^23
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // ln 2, the part that multiplies without rounding
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // ln 2, the rest
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // r^7
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, // r^6
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, // r^5
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, // r^4
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, // r^3
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, // r^2
  1, 1, 1, 1,
])

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Past these bounds the result is infinity or zero.
  x = f32x4.pmin(f32x4.pmax(x, four(EXP, 0)), four(EXP, 1))
  // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits.
  const magic = four(EXP, 3)
  const shifted = f32x4.add(f32x4.mul(x, four(EXP, 2)), magic)
  const n = f32x4.sub(shifted, magic)
  const whole = i32x4.sub(shifted, magic)
  let r = f32x4.sub(x, f32x4.mul(n, four(EXP, 4)))
  r = f32x4.sub(r, f32x4.mul(n, four(EXP, 5)))
  let p = f32x4.add(f32x4.mul(four(EXP, 6), r), four(EXP, 7))
  p = f32x4.add(f32x4.mul(p, r), four(EXP, 8))
  p = f32x4.add(f32x4.mul(p, r), four(EXP, 9))
  p = f32x4.add(f32x4.mul(p, r), four(EXP, 10))
  p = f32x4.add(f32x4.mul(p, r), four(EXP, 11))
  const one = four(EXP, 12)
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one)
  // 2^n in two factors: one alone would overflow at the upper end and lose denormals at the lower.
  const half = i32x4.shr_s(whole, 1)
  p = f32x4.mul(p, i32x4.add(i32x4.shl(half, 23), one))
  return f32x4.mul(p, i32x4.add(i32x4.shl(i32x4.sub(whole, half), 23), one))
}

const LOG: usize = memory.data<f32>([
  1.17549435e-38, 1.17549435e-38, 1.17549435e-38, 1.17549435e-38, // smallest normal number
  8388608, 8388608, 8388608, 8388608, // 2^23
  23, 23, 23, 23,
  1, 1, 1, 1,
  7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, // f^11
  -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1,
  1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1,
  -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1,
  1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1,
  -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1,
  2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1,
  -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1,
  3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1, // f^3
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // ln 2, the rest
  0.5, 0.5, 0.5, 0.5,
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // ln 2, the part that multiplies without rounding
  Infinity, Infinity, Infinity, Infinity,
])
const LOG_BITS: usize = memory.data<i32>([
  0x3f800000 - 0x3f3504f3, 0x3f800000 - 0x3f3504f3, 0x3f800000 - 0x3f3504f3, 0x3f800000 - 0x3f3504f3, // 1 over sqrt(1/2), as bits
  127, 127, 127, 127, // exponent bias
  0x7fffff, 0x7fffff, 0x7fffff, 0x7fffff, // mantissa
  0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3, // sqrt(1/2)
])

// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const isSmall = f32x4.lt(x, four(LOG, 0))
  const scaled = v128.bitselect(f32x4.mul(x, four(LOG, 1)), x, isSmall)
  // Mantissa into [sqrt(1/2), sqrt(2)).
  const bits = i32x4.add(scaled, four(LOG_BITS, 0))
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(bits, 23), four(LOG_BITS, 1)))
  e = f32x4.sub(e, v128.and(isSmall, four(LOG, 2)))
  const m = i32x4.add(v128.and(bits, four(LOG_BITS, 2)), four(LOG_BITS, 3))
  const f = f32x4.sub(m, four(LOG, 3))
  const z = f32x4.mul(f, f)
  let p = f32x4.add(f32x4.mul(four(LOG, 4), f), four(LOG, 5))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 6))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 7))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 8))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 9))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 10))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 11))
  p = f32x4.add(f32x4.mul(p, f), four(LOG, 12))
  let y = f32x4.mul(f32x4.mul(f, z), p)
  y = f32x4.add(y, f32x4.mul(e, four(LOG, 13)))
  y = f32x4.sub(y, f32x4.mul(z, four(LOG, 14)))
  y = f32x4.add(f32x4.add(f, y), f32x4.mul(e, four(LOG, 15)))
  const infinity = four(LOG, 16)
  y = v128.bitselect(y, x, f32x4.lt(x, infinity)) // infinity and NaN are their own logarithms
  const zero = v128.xor(x, x)
  y = v128.bitselect(f32x4.neg(infinity), y, f32x4.eq(x, zero))
  return v128.or(y, f32x4.lt(x, zero)) // all bits set is a NaN
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = four(EXP, 12)
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))))
}

const TANH: usize = memory.data<f32>([
  -5.70498872745e-3, -5.70498872745e-3, -5.70498872745e-3, -5.70498872745e-3, // x^10
  2.06390887954e-2, 2.06390887954e-2, 2.06390887954e-2, 2.06390887954e-2,
  -5.37397155531e-2, -5.37397155531e-2, -5.37397155531e-2, -5.37397155531e-2,
  1.33314422036e-1, 1.33314422036e-1, 1.33314422036e-1, 1.33314422036e-1,
  -3.33332819422e-1, -3.33332819422e-1, -3.33332819422e-1, -3.33332819422e-1, // x^2
  2, 2, 2, 2,
  0.625, 0.625, 0.625, 0.625, // from here on by exp
])

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x)
  let p = f32x4.add(f32x4.mul(four(TANH, 0), z), four(TANH, 1))
  p = f32x4.add(f32x4.mul(p, z), four(TANH, 2))
  p = f32x4.add(f32x4.mul(p, z), four(TANH, 3))
  p = f32x4.add(f32x4.mul(p, z), four(TANH, 4))
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x))
  const size = f32x4.abs(x)
  const one = four(EXP, 12)
  const e = exp4(f32x4.add(size, size))
  const far = f32x4.sub(one, f32x4.div(four(TANH, 5), f32x4.add(e, one)))
  const sign = v128.xor(x, size)
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, four(TANH, 6)))
}
