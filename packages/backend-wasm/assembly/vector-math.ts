// exp, log, tanh and the logistic function on four floats. Range reduction and polynomial coefficients: Cephes single precision library
// (Moshier); errors measured in test/elementwise.test.ts stay within 2 units in the last place.

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Past these bounds the result is infinity or zero; NaN passes through min and max.
  x = f32x4.min(f32x4.max(x, f32x4.splat(-104)), f32x4.splat(89))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1))
  // 2^n in two factors: one alone would overflow at the upper end and lose denormals at the lower.
  const whole = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(whole, 1)
  const bias = i32x4.splat(127)
  p = f32x4.mul(p, i32x4.shl(i32x4.add(half, bias), 23))
  return f32x4.mul(p, i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23))
}

// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const isSmall = f32x4.lt(x, f32x4.splat(1.17549435e-38))
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, isSmall)
  // Mantissa into [sqrt(1/2), sqrt(2)): 0x3f3504f3 are the bits of sqrt(1/2).
  const bits = i32x4.add(scaled, i32x4.splat(0x3f800000 - 0x3f3504f3))
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127)))
  e = f32x4.sub(e, v128.and(isSmall, f32x4.splat(23)))
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3))
  const f = f32x4.sub(m, f32x4.splat(1))
  const z = f32x4.mul(f, f)
  let p = f32x4.splat(7.0376836292e-2)
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.1514610310e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.1676998740e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1))
  let y = f32x4.mul(f32x4.mul(f, z), p)
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(-2.12194440e-4)))
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)))
  y = f32x4.add(f32x4.add(f, y), f32x4.mul(e, f32x4.splat(0.693359375)))
  const infinity = f32x4.splat(f32.MAX_VALUE * 2)
  y = v128.bitselect(y, x, f32x4.lt(x, infinity)) // infinity and NaN are their own logarithms
  y = v128.bitselect(f32x4.neg(infinity), y, f32x4.eq(x, f32x4.splat(0)))
  return v128.bitselect(f32x4.splat(f32.NaN), y, f32x4.lt(x, f32x4.splat(0)))
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1)
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))))
}

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1))
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x))
  const size = f32x4.abs(x)
  const one = f32x4.splat(1)
  const e = exp4(f32x4.add(size, size))
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)))
  const sign = v128.and(x, i32x4.splat(<i32>0x80000000))
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)))
}
