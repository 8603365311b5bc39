// Moving values: strided rows, repeated rows, permuted axes.

/**
 * Copies `rows` rows of `bytes` bytes; a row's place follows from its index in three axes [.., n1, n2] (n0 is what is left) with byte strides of source
 * and target. A task is `rowsPerTask` rows.
 */
export function copyRows(source: usize, target: usize, bytes: usize, rows: usize, n1: usize, n2: usize, s0: usize, s1: usize, s2: usize, t0: usize, t1: usize, t2: usize, rowsPerTask: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * rowsPerTask, rows)
  let row = begin * rowsPerTask
  let i2 = row % n2
  let i1 = row / n2 % n1
  let i0 = row / n2 / n1
  while (row < last) {
    const count = min(n2 - i2, last - row)
    let from = source + i0 * s0 + i1 * s1 + i2 * s2
    let to = target + i0 * t0 + i1 * t1 + i2 * t2
    if (s2 == bytes && t2 == bytes) {
      memory.copy(to, from, bytes * count)
    } else if (bytes == 4) {
      for (let i: usize = 0; i < count; ++i, from += s2, to += t2) store<u32>(to, load<u32>(from))
    } else if (bytes == 1) {
      for (let i: usize = 0; i < count; ++i, from += s2, to += t2) store<u8>(to, load<u8>(from))
    } else if ((bytes & 15) == 0 && bytes <= 512) {
      for (let i: usize = 0; i < count; ++i, from += s2, to += t2) {
        for (let b: usize = 0; b < bytes; b += 16) v128.store(to + b, v128.load(from + b))
      }
    } else if ((bytes & 3) == 0 && bytes <= 64) {
      for (let i: usize = 0; i < count; ++i, from += s2, to += t2) {
        for (let b: usize = 0; b < bytes; b += 4) store<u32>(to + b, load<u32>(from + b))
      }
    } else {
      for (let i: usize = 0; i < count; ++i, from += s2, to += t2) memory.copy(to, from, bytes)
    }
    row += count
    i2 = 0
    if (++i1 == n1) {
      i1 = 0
      i0 += 1
    }
  }
}

/** z[row] = y[row / mid] for rows of `inner` four-byte values: the middle axis repeated. A task is `rowsPerTask` rows. */
export function repeatRows(y: usize, z: usize, rows: usize, mid: usize, inner: usize, rowsPerTask: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * rowsPerTask, rows)
  let row = begin * rowsPerTask
  const bytes = inner << 2
  while (row < last) {
    const outer = row / mid
    const count = min((outer + 1) * mid, last) - row
    let to = z + row * bytes
    if (inner == 1) {
      const value = load<u32>(y + (outer << 2))
      const v = i32x4.splat(value)
      let i: usize = 0
      for (; i + 4 <= count; i += 4, to += 16) v128.store(to, v)
      for (; i < count; ++i, to += 4) store<u32>(to, value)
    } else {
      const from = y + outer * bytes
      for (let i: usize = 0; i < count; ++i, to += bytes) {
        let b: usize = 0
        for (; b + 16 <= bytes; b += 16) v128.store(to + b, v128.load(from + b))
        for (; b < bytes; b += 4) store<u32>(to + b, load<u32>(from + b))
      }
    }
    row += count
  }
}

/**
 * z = x with permuted axes, four-byte values: z has the sizes n0 .. n4 and z's axis k walks x with stride sk (in values). A task is one line of the
 * last two axes' n3 * n4 values.
 */
export function transpose(x: usize, z: usize, n1: usize, n2: usize, n3: usize, n4: usize, s0: usize, s1: usize, s2: usize, s3: usize, s4: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const i2 = task % n2, i1 = task / n2 % n1, i0 = task / n2 / n1
    const from = x + (i0 * s0 + i1 * s1 + i2 * s2 << 2)
    let to = z + (task * n3 * n4 << 2)
    // The axis along which x is contiguous should be the inner loop's on one side at least; blocks of 16 keep both sides in cache.
    if (s3 == 1 && s4 != 1 && n3 > 16) {
      for (let j0: usize = 0; j0 < n4; j0 += 16) {
        const j1 = min(j0 + 16, n4)
        for (let i: usize = 0; i < n3; ++i) {
          for (let j = j0; j < j1; ++j) store<u32>(to + (i * n4 + j << 2), load<u32>(from + (i + j * s4 << 2)))
        }
      }
    } else {
      for (let i: usize = 0; i < n3; ++i) {
        const line = from + (i * s3 << 2)
        if (s4 == 1) {
          memory.copy(to, line, n4 << 2)
          to += n4 << 2
        } else {
          for (let j: usize = 0; j < n4; ++j, to += 4) store<u32>(to, load<u32>(line + (j * s4 << 2)))
        }
      }
    }
  }
}
