// A linear map along one axis, as sparse rows: every upsampling and its gradient, one axis after another.

/**
 * y[o, j, i] = sum over entries k of row j of weights[k] * x[o, indices[k], i], for x [outer, sizeX, inner] and y [outer, sizeY, inner]. Row j's entries are
 * starts[j] <= k < starts[j + 1], at least one. A task is one line [inner] of y.
 */
export function resampleAxis(x: usize, y: usize, starts: usize, indices: usize, weights: usize, sizeX: usize, sizeY: usize, inner: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const bytes = inner << 2
  let outer = begin / sizeY
  let j = begin - outer * sizeY
  for (let line = begin; line < end; ++line) {
    const base = x + outer * sizeX * bytes
    const out = y + line * bytes
    const first = load<u32>(starts + (j << 2)), last = load<u32>(starts + (j << 2), 4)
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) {
      let sum = f32x4.mul(v128.load32_splat(weights + (first << 2)), v128.load(base + <usize>load<u32>(indices + (first << 2)) * bytes + i))
      for (let k = first + 1; k < last; ++k) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + (k << 2)), v128.load(base + <usize>load<u32>(indices + (k << 2)) * bytes + i)))
      }
      v128.store(out + i, sum)
    }
    for (; i < bytes; i += 4) {
      let sum: f32 = 0
      for (let k = first; k < last; ++k) sum += load<f32>(weights + (k << 2)) * load<f32>(base + <usize>load<u32>(indices + (k << 2)) * bytes + i)
      store<f32>(out + i, sum)
    }
    if (++j == sizeY) {
      j = 0
      outer += 1
    }
  }
}
