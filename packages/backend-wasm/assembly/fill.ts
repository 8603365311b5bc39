import { BLOCK } from './blocks'

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
