// Sums, extrema and positions of extrema. Sums run in double precision over parts that follow from the shape alone.

// @ts-ignore: decorator
@inline
function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
}

// @ts-ignore: decorator
@inline
function addTo(p: usize, v: v128): void {
  v128.store(p, f64x2.add(v128.load(p), v))
}

/**
 * Sums over the middle axis of x [outer, reduce, inner]. Task `outer * chunks + chunk` writes `lanes` doubles: the sums of its rows, where the rows of
 * a chunk are read as one line of values, wrapped at `lanes` (a multiple of 16 and of `inner`). `chunkRows * inner` is a multiple of `lanes`.
 */
export function sumPartials(x: usize, partials: usize, reduce: usize, inner: usize, lanes: usize, chunks: usize, chunkRows: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const outer = task / chunks
    const row = (task - outer * chunks) * chunkRows
    const count = min(chunkRows, reduce - row) * inner
    const sums = partials + task * lanes * 8
    memory.fill(sums, 0, lanes * 8)
    wrappedSums(x + ((outer * reduce + row) * inner << 2), sums, count, lanes)
  }
}

/** Adds `count` values to `lanes` doubles: value i to sum i mod lanes. */
function wrappedSums(x: usize, sums: usize, count: usize, lanes: usize): void {
  const whole = count / lanes * lanes
  // Blocks of lines that fit in the first-level cache are gone through once for every eight lanes.
  const blockValues = max<usize>(lanes, 4096 / lanes * lanes)
  for (let at: usize = 0; at < whole; at += blockValues) {
    const stop = x + (min(at + blockValues, whole) << 2)
    for (let lane: usize = 0; lane < lanes; lane += 8) {
      const sum = sums + (lane << 3)
      let a = v128.load(sum), b = v128.load(sum, 16), c = v128.load(sum, 32), d = v128.load(sum, 48)
      for (let p = x + (at + lane << 2); p < stop; p += lanes << 2) {
        const u = v128.load(p), v = v128.load(p, 16)
        a = f64x2.add(a, f64x2.promote_low_f32x4(u))
        b = f64x2.add(b, promoteHigh(u))
        c = f64x2.add(c, f64x2.promote_low_f32x4(v))
        d = f64x2.add(d, promoteHigh(v))
      }
      v128.store(sum, a)
      v128.store(sum, b, 16)
      v128.store(sum, c, 32)
      v128.store(sum, d, 48)
    }
  }
  for (let i = whole; i < count; ++i) {
    const sum = sums + (i - whole << 3)
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(x + (i << 2)))
  }
}

/** y[o, i] = scale * (sum of the partials of o, lane i, i + inner, ...). A task is one o. */
export function sumFinish(partials: usize, y: usize, inner: usize, lanes: usize, chunks: usize, scale: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let outer = begin; outer < end; ++outer) {
    for (let i: usize = 0; i < inner; ++i) {
      let sum: f64 = 0
      for (let chunk: usize = 0; chunk < chunks; ++chunk) {
        const p = partials + (outer * chunks + chunk) * lanes * 8
        for (let lane = i; lane < lanes; lane += inner) sum += load<f64>(p + (lane << 3))
      }
      store<f32>(y + (outer * inner + i << 2), <f32>(sum * scale))
    }
  }
}

const ROW_BLOCK: usize = 4096

/** y[r] = scale * (sum of row r of x [rows, length]). A task is ROW_BLOCK rows. */
export function sumRows(x: usize, y: usize, rows: usize, length: usize, scale: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * ROW_BLOCK, rows)
  let row = begin * ROW_BLOCK
  if (length == 2) {
    // The sum of two floats, rounded once, is what the double sum rounds to.
    for (; row < last; row += 4) {
      const a = v128.load(x + (row << 3)), b = v128.load(x + (row << 3), 16)
      const sum = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7))
      v128.store(y + (row << 2), scale == 1 ? sum : f32x4.mul(sum, f32x4.splat(<f32>scale)))
    }
    return
  }
  for (; row < last; ++row) {
    const p = x + (row * length << 2)
    let sum: f64 = 0
    let i: usize = 0
    if (length >= 8) {
      let a = f64x2.splat(0), b = f64x2.splat(0)
      for (const whole = length & ~3; i < whole; i += 4) {
        const v = v128.load(p + (i << 2))
        a = f64x2.add(a, f64x2.promote_low_f32x4(v))
        b = f64x2.add(b, promoteHigh(v))
      }
      a = f64x2.add(a, b)
      sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1)
    }
    for (; i < length; ++i) sum += <f64>load<f32>(p + (i << 2))
    store<f32>(y + (row << 2), <f32>(sum * scale))
  }
}

const COLUMN_BLOCK: usize = 2048

/** y[o, i] = scale * (sum over the middle axis of x [outer, reduce, inner]) for long rows. A task is COLUMN_BLOCK columns of one o. */
export function sumColumns(x: usize, y: usize, reduce: usize, inner: usize, scale: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const blocks = (inner + COLUMN_BLOCK - 1) / COLUMN_BLOCK
  for (let task = begin; task < end; ++task) {
    const outer = task / blocks
    const first = (task - outer * blocks) * COLUMN_BLOCK
    const last = min(first + COLUMN_BLOCK, inner)
    const base = x + (outer * reduce * inner << 2)
    const out = y + (outer * inner << 2)
    let i = first
    for (; i + 4 <= last; i += 4) {
      let a = f64x2.splat(0), b = f64x2.splat(0)
      for (let r: usize = 0; r < reduce; ++r) {
        const v = v128.load(base + (r * inner + i << 2))
        a = f64x2.add(a, f64x2.promote_low_f32x4(v))
        b = f64x2.add(b, promoteHigh(v))
      }
      const s = f64x2.splat(scale)
      a = f32x4.demote_f64x2_zero(f64x2.mul(a, s))
      b = f32x4.demote_f64x2_zero(f64x2.mul(b, s))
      v128.store(out + (i << 2), v128.shuffle<f32>(a, b, 0, 1, 4, 5))
    }
    for (; i < last; ++i) {
      let sum: f64 = 0
      for (let r: usize = 0; r < reduce; ++r) sum += <f64>load<f32>(base + (r * inner + i << 2))
      store<f32>(out + (i << 2), <f32>(sum * scale))
    }
  }
}

/** y[r] = largest (sign 1) or smallest (sign -1) value of row r; NaN if there is one. A task is ROW_BLOCK rows. */
export function extremeRows(x: usize, y: usize, rows: usize, length: usize, sign: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * ROW_BLOCK, rows)
  let row = begin * ROW_BLOCK
  if (length == 2) {
    const s = f32x4.splat(sign)
    for (; row < last; row += 4) {
      const a = f32x4.mul(v128.load(x + (row << 3)), s), b = f32x4.mul(v128.load(x + (row << 3), 16), s)
      const v = f32x4.max(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7))
      v128.store(y + (row << 2), f32x4.mul(v, s))
    }
    return
  }
  for (; row < last; ++row) {
    store<f32>(y + (row << 2), extreme(x + (row * length << 2), length, sign))
  }
}

/** Extremes of blocks of `chunk` values, one a task; run again over the results for the whole. */
export function extremeChunks(x: usize, y: usize, n: usize, chunk: usize, sign: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const from = task * chunk
    store<f32>(y + (task << 2), extreme(x + (from << 2), min(chunk, n - from), sign))
  }
}

// @ts-ignore: decorator
@inline
function extreme(p: usize, length: usize, sign: f32): f32 {
  let best = load<f32>(p) * sign
  let i: usize = 1
  if (length >= 8) {
    const s = f32x4.splat(sign)
    let v = f32x4.mul(v128.load(p), s)
    i = 4
    for (const whole = length & ~3; i < whole; i += 4) v = f32x4.max(v, f32x4.mul(v128.load(p + (i << 2)), s))
    v = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
    best = max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1))
  }
  for (; i < length; ++i) best = max<f32>(best, load<f32>(p + (i << 2)) * sign)
  return best * sign
}

/** y[r] (int32) = index of the first largest (sign 1) or smallest (sign -1) value of row r; NaN is passed over but in front. A task is ROW_BLOCK rows. */
export function argRows(x: usize, y: usize, rows: usize, length: usize, sign: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * ROW_BLOCK, rows)
  let row = begin * ROW_BLOCK
  if (length == 2) {
    const s = f32x4.splat(sign)
    for (; row < last; row += 4) {
      const a = f32x4.mul(v128.load(x + (row << 3)), s), b = f32x4.mul(v128.load(x + (row << 3), 16), s)
      v128.store(y + (row << 2), i32x4.neg(f32x4.gt(v128.shuffle<f32>(a, b, 1, 3, 5, 7), v128.shuffle<f32>(a, b, 0, 2, 4, 6))))
    }
    return
  }
  for (; row < last; ++row) {
    const p = x + (row * length << 2)
    let best = load<f32>(p) * sign
    let index: i32 = 0
    for (let i: usize = 1; i < length; ++i) {
      const value = load<f32>(p + (i << 2)) * sign
      if (value > best) {
        best = value
        index = <i32>i
      }
    }
    store<i32>(y + (row << 2), index)
  }
}
