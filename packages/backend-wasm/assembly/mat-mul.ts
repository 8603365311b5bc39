// Matrix products of any strides. Not the engine's main work: losses multiply a few vectors with many voxels' features.

// Sum over first <= k < last of a[k] * b[k] for one (i, j); a and b step by aStep and bStep bytes.
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, aStep: usize, bStep: usize, count: usize): f32 {
  let sum: f32 = 0
  let k: usize = 0
  if (aStep == 4 && bStep == 4) {
    let v = f32x4.splat(0), w = v
    for (; k + 8 <= count; k += 8) {
      v = f32x4.add(v, f32x4.mul(v128.load(a + (k << 2)), v128.load(b + (k << 2))))
      w = f32x4.add(w, f32x4.mul(v128.load(a + (k << 2), 16), v128.load(b + (k << 2), 16)))
    }
    v = f32x4.add(v, w)
    v = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
    sum = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)
  }
  for (; k < count; ++k) sum += load<f32>(a + k * aStep) * load<f32>(b + k * bStep)
  return sum
}

// Four neighbouring columns of b at once.
// @ts-ignore: decorator
@inline
function dotFour(a: usize, b: usize, aStep: usize, bStep: usize, count: usize): v128 {
  let v = f32x4.splat(0), w = v
  let k: usize = 0
  for (; k + 2 <= count; k += 2, a += aStep << 1, b += bStep << 1) {
    v = f32x4.add(v, f32x4.mul(v128.load32_splat(a), v128.load(b)))
    w = f32x4.add(w, f32x4.mul(v128.load32_splat(a + aStep), v128.load(b + bStep)))
  }
  if (k < count) v = f32x4.add(v, f32x4.mul(v128.load32_splat(a), v128.load(b)))
  return f32x4.add(v, w)
}

/** z [m, n] = a [m, k] b [k, n]; strides in bytes. A task is `rowsPerTask` rows of z. */
export function matMul(a: usize, b: usize, z: usize, m: usize, k: usize, n: usize, aRow: usize, aColumn: usize, bRow: usize, bColumn: usize, rowsPerTask: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * rowsPerTask, m)
  for (let i = begin * rowsPerTask; i < last; ++i) {
    const row = a + i * aRow, out = z + (i * n << 2)
    let j: usize = 0
    if (bColumn == 4) for (; j + 4 <= n; j += 4) v128.store(out + (j << 2), dotFour(row, b + (j << 2), aColumn, bRow, k))
    for (; j < n; ++j) store<f32>(out + (j << 2), dot(row, b + j * bColumn, aColumn, bRow, k))
  }
}

/** How many products are added in single precision before they join the double sums. */
const RUN: usize = 256

/** The same for a long k: task t adds up `chunk` of it into its m * n doubles; `sumFinish` joins them. */
export function matMulPartials(a: usize, b: usize, partials: usize, m: usize, k: usize, n: usize, aRow: usize, aColumn: usize, bRow: usize, bColumn: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const sums = partials + (task * m * n << 3)
    memory.fill(sums, 0, m * n << 3)
    const stop = min((task + 1) * chunk, k)
    for (let from = task * chunk; from < stop; from += RUN) {
      const count = min(RUN, stop - from)
      for (let i: usize = 0; i < m; ++i) {
        const row = a + i * aRow + from * aColumn, out = sums + (i * n << 3), right = b + from * bRow
        let j: usize = 0
        if (bColumn == 4) {
          for (; j + 4 <= n; j += 4) {
            const v = dotFour(row, right + (j << 2), aColumn, bRow, count), p = out + (j << 3)
            v128.store(p, f64x2.add(v128.load(p), f64x2.promote_low_f32x4(v)))
            v128.store(p, f64x2.add(v128.load(p, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))), 16)
          }
        }
        for (; j < n; ++j) store<f64>(out + (j << 3), load<f64>(out + (j << 3)) + <f64>dot(row, right + j * bColumn, aColumn, bRow, count))
      }
    }
  }
}
