// Masks in memory are bytes of 0 or 1.

// Four masks of four lanes into sixteen bytes of 0 or 1.
// @ts-ignore: decorator
@inline
export function narrow(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.and(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)), i8x16.splat(1))
}

// Four bytes of 0 or 1 as four integers.
// @ts-ignore: decorator
@inline
export function widen(p: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)))
}
