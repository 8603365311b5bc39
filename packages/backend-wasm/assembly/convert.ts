import { BLOCK } from './blocks'
import { narrow, widen } from './masks'

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
