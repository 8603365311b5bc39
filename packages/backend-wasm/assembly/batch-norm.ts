// Batch norm over all axes but the last. Tensors are read as lines of `lanes` values, the smallest multiple of 16 and of the channel count, so that one
// loop serves any number of channels: value i of the tensor belongs to lane i mod lanes and to channel lane mod channels.
// `chunk` (values of a task) is a multiple of `lanes`. Sums are doubles per chunk, joined in order.

// Lines of a table, each `lanes` floats long.
const MEAN: usize = 0, SCALE: usize = 1, SHIFT: usize = 2, GRADIENT_MEAN: usize = 3, GRADIENT_SLOPE: usize = 4

/** Values after which a loop over one group of lanes starts again with the next group: what the first-level cache holds. */
const CACHED: usize = 2048

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
}

/** Per chunk: sums and sums of squares of x, [chunk][2][lanes] doubles. */
export function batchNormSums(x: usize, partials: usize, total: usize, lanes: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const from = task * chunk
    const count = min(chunk, total - from)
    const sums = partials + task * lanes * 16
    memory.fill(sums, 0, lanes * 16)
    addSums(x + (from << 2), sums, sums + lanes * 8, count, lanes)
  }
}

function addSums(x: usize, sums: usize, squares: usize, count: usize, lanes: usize): void {
  const whole = count / lanes * lanes
  const block = max<usize>(lanes, CACHED / lanes * lanes)
  for (let at: usize = 0; at < whole; at += block) {
    const stop = x + (min(at + block, whole) << 2)
    for (let lane: usize = 0; lane < lanes; lane += 8) {
      const s = sums + (lane << 3), q = squares + (lane << 3)
      let s0 = v128.load(s), s1 = v128.load(s, 16), s2 = v128.load(s, 32), s3 = v128.load(s, 48)
      let q0 = v128.load(q), q1 = v128.load(q, 16), q2 = v128.load(q, 32), q3 = v128.load(q, 48)
      for (let p = x + (at + lane << 2); p < stop; p += lanes << 2) {
        const u = v128.load(p), v = v128.load(p, 16)
        const a = f64x2.promote_low_f32x4(u), b = high(u)
        s0 = f64x2.add(s0, a)
        q0 = f64x2.add(q0, f64x2.mul(a, a))
        s1 = f64x2.add(s1, b)
        q1 = f64x2.add(q1, f64x2.mul(b, b))
        const c = f64x2.promote_low_f32x4(v), d = high(v)
        s2 = f64x2.add(s2, c)
        q2 = f64x2.add(q2, f64x2.mul(c, c))
        s3 = f64x2.add(s3, d)
        q3 = f64x2.add(q3, f64x2.mul(d, d))
      }
      v128.store(s, s0)
      v128.store(s, s1, 16)
      v128.store(s, s2, 32)
      v128.store(s, s3, 48)
      v128.store(q, q0)
      v128.store(q, q1, 16)
      v128.store(q, q2, 32)
      v128.store(q, q3, 48)
    }
  }
  for (let i = whole; i < count; ++i) {
    const lane = i - whole << 3
    const v = <f64>load<f32>(x + (i << 2))
    store<f64>(sums + lane, load<f64>(sums + lane) + v)
    store<f64>(squares + lane, load<f64>(squares + lane) + v * v)
  }
}

// Sum over chunks and over the lanes of channel c of line `line` (0 or 1) of the partials.
function joined(partials: usize, chunks: usize, lanes: usize, channels: usize, line: usize, c: usize): f64 {
  let sum: f64 = 0
  for (let k: usize = 0; k < chunks; ++k) {
    const p = partials + (k * 2 + line) * lanes * 8
    for (let lane = c; lane < lanes; lane += channels) sum += load<f64>(p + (lane << 3))
  }
  return sum
}

/** Mean and biased variance from the partials. A task is one channel. */
export function batchNormMoments(partials: usize, mean: usize, variance: usize, chunks: usize, lanes: usize, channels: usize, count: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let c = begin; c < end; ++c) {
    const m = joined(partials, chunks, lanes, channels, 0, c) / count
    // Squares of floats are exact in double precision; what cancels here is far below what the float results show.
    const v = joined(partials, chunks, lanes, channels, 1, c) / count - m * m
    store<f32>(mean + (c << 2), <f32>m)
    store<f32>(variance + (c << 2), <f32>max<f64>(v, 0))
  }
}

/** Lines MEAN, SCALE and SHIFT of the table. One task. */
export function batchNormTable(table: usize, mean: usize, variance: usize, gamma: usize, beta: usize, lanes: usize, channels: usize, epsilon: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let lane: usize = 0; lane < lanes; ++lane) {
    const c = lane % channels << 2
    const scale = <f64>load<f32>(gamma + c) / Math.sqrt(<f64>load<f32>(variance + c) + epsilon)
    store<f32>(table + (MEAN * lanes + lane << 2), load<f32>(mean + c))
    store<f32>(table + (SCALE * lanes + lane << 2), <f32>scale)
    store<f32>(table + (SHIFT * lanes + lane << 2), load<f32>(beta + c))
  }
}

// @ts-ignore: decorator
@inline
function normalised(x: usize, table: usize, lane: usize, line: usize): v128 {
  const centred = f32x4.sub(v128.load(x), v128.load(table + lane))
  return f32x4.add(f32x4.mul(centred, v128.load(table + line + lane)), v128.load(table + line * 2 + lane))
}

// @ts-ignore: decorator
@inline
function apply(hasResidual: bool, relu: bool, x: usize, y: usize, residual: usize, table: usize, lanes: usize, size: usize): void {
  const line = lanes << 2
  const zero = f32x4.splat(0)
  for (let i: usize = 0; i < size; i += line) {
    const stop = min(line, size - i)
    for (let lane: usize = 0; lane < stop; lane += 16) {
      let v = normalised(x + i + lane, table, lane, line)
      if (hasResidual) v = f32x4.add(v, v128.load(residual + i + lane))
      if (relu) v = f32x4.pmax(v, zero)
      v128.store(y + i + lane, v)
    }
  }
}

/** y = (x - mean) * scale + beta, plus residual (if not 0), then ReLU (if not 0). y may be x. */
export function batchNormApply(x: usize, y: usize, residual: usize, table: usize, relu: i32, total: usize, lanes: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * chunk << 2
  const size = (min(end * chunk, total) << 2) - from
  x += from
  y += from
  if (residual) {
    if (relu) apply(true, true, x, y, residual + from, table, lanes, size)
    else apply(true, false, x, y, residual + from, table, lanes, size)
  } else {
    if (relu) apply(false, true, x, y, 0, table, lanes, size)
    else apply(false, false, x, y, 0, table, lanes, size)
  }
}

// dy where the output was positive, else 0; the same expression as in the forward pass decides.
// @ts-ignore: decorator
@inline
function passed(relu: bool, hasResidual: bool, dy: usize, x: usize, residual: usize, mean: v128, scale: v128, shift: v128): v128 {
  const g = v128.load(dy)
  if (!relu) return g
  let y = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), mean), scale), shift)
  if (hasResidual) y = f32x4.add(y, v128.load(residual))
  return v128.and(g, f32x4.gt(y, f32x4.splat(0)))
}

// @ts-ignore: decorator
@inline
function gradientSums(relu: bool, hasResidual: bool, dy: usize, x: usize, residual: usize, dresidual: usize, sums: usize, products: usize, table: usize, count: usize, lanes: usize): void {
  const whole = count / lanes * lanes
  const block = max<usize>(lanes, CACHED / lanes * lanes)
  const line = lanes << 2
  for (let at: usize = 0; at < whole; at += block) {
    const stop = min(at + block, whole) << 2
    for (let lane: usize = 0; lane < lanes; lane += 4) {
      const s = sums + (lane << 3), q = products + (lane << 3), t = table + (lane << 2)
      const mean = v128.load(t), scale = v128.load(t + line), shift = v128.load(t + line * 2)
      let s0 = v128.load(s), s1 = v128.load(s, 16)
      let q0 = v128.load(q), q1 = v128.load(q, 16)
      for (let i = at + lane << 2; i < stop; i += line) {
        const g = passed(relu, hasResidual, dy + i, x + i, residual + i, mean, scale, shift)
        if (hasResidual) v128.store(dresidual + i, g)
        const product = f32x4.mul(g, f32x4.sub(v128.load(x + i), mean))
        s0 = f64x2.add(s0, f64x2.promote_low_f32x4(g))
        s1 = f64x2.add(s1, high(g))
        q0 = f64x2.add(q0, f64x2.promote_low_f32x4(product))
        q1 = f64x2.add(q1, high(product))
      }
      v128.store(s, s0)
      v128.store(s, s1, 16)
      v128.store(q, q0)
      v128.store(q, q1, 16)
    }
  }
  for (let i = whole; i < count; ++i) {
    const lane = i - whole
    const mean = load<f32>(table + (lane << 2))
    const v = load<f32>(x + (i << 2)) - mean
    let g = load<f32>(dy + (i << 2))
    if (relu) {
      let y = v * load<f32>(table + line + (lane << 2)) + load<f32>(table + line * 2 + (lane << 2))
      if (hasResidual) y += load<f32>(residual + (i << 2))
      if (!(y > 0)) g = 0
    }
    if (hasResidual) store<f32>(dresidual + (i << 2), g)
    store<f64>(sums + (lane << 3), load<f64>(sums + (lane << 3)) + <f64>g)
    store<f64>(products + (lane << 3), load<f64>(products + (lane << 3)) + <f64>(g * v))
  }
}

/**
 * Per chunk: sums of dy behind the ReLU and of dy (x - mean), [chunk][2][lanes] doubles. With a residual, dy behind the ReLU is also written to dresidual
 * (residual 0: not).
 */
export function batchNormGradSums(dy: usize, x: usize, residual: usize, dresidual: usize, partials: usize, table: usize, relu: i32, total: usize, lanes: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let task = begin; task < end; ++task) {
    const from = task * chunk
    const at = from << 2
    const count = min(chunk, total - from)
    const sums = partials + task * lanes * 16
    const products = sums + lanes * 8
    memory.fill(sums, 0, lanes * 16)
    if (residual) {
      if (relu) gradientSums(true, true, dy + at, x + at, residual + at, dresidual + at, sums, products, table, count, lanes)
      else gradientSums(false, true, dy + at, x + at, residual + at, dresidual + at, sums, products, table, count, lanes)
    } else {
      if (relu) gradientSums(true, false, dy + at, x + at, 0, 0, sums, products, table, count, lanes)
      else gradientSums(false, false, dy + at, x + at, 0, 0, sums, products, table, count, lanes)
    }
  }
}

/** dgamma and dbeta from the partials, and lines GRADIENT_MEAN and GRADIENT_SLOPE of the table (zeros unless training). A task is one channel. */
export function batchNormGradVectors(partials: usize, table: usize, variance: usize, dgamma: usize, dbeta: usize, chunks: usize, lanes: usize, channels: usize, count: f64, epsilon: f64, training: i32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  for (let c = begin; c < end; ++c) {
    const sum = joined(partials, chunks, lanes, channels, 0, c)
    const product = joined(partials, chunks, lanes, channels, 1, c)
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + (c << 2)) + epsilon)
    store<f32>(dbeta + (c << 2), <f32>sum)
    store<f32>(dgamma + (c << 2), <f32>(product * inverse))
    const mean = training ? <f32>(sum / count) : 0
    const slope = training ? <f32>(product * inverse * inverse / count) : 0
    for (let lane = c; lane < lanes; lane += channels) {
      store<f32>(table + (GRADIENT_MEAN * lanes + lane << 2), mean)
      store<f32>(table + (GRADIENT_SLOPE * lanes + lane << 2), slope)
    }
  }
}

// @ts-ignore: decorator
@inline
function applyGradient(relu: bool, dy: usize, x: usize, dx: usize, table: usize, lanes: usize, size: usize): void {
  const line = lanes << 2
  for (let i: usize = 0; i < size; i += line) {
    const stop = min(line, size - i)
    for (let lane: usize = 0; lane < stop; lane += 16) {
      const t = table + lane
      const scale = v128.load(t + line)
      const centred = f32x4.sub(v128.load(x + i + lane), v128.load(t))
      let g = v128.load(dy + i + lane)
      if (relu) g = v128.and(g, f32x4.gt(f32x4.add(f32x4.mul(centred, scale), v128.load(t + line * 2)), f32x4.splat(0)))
      g = f32x4.sub(g, v128.load(t + line * 3))
      g = f32x4.sub(g, f32x4.mul(centred, v128.load(t + line * 4)))
      v128.store(dx + i + lane, f32x4.mul(g, scale))
    }
  }
}

/** dx = scale * (g - gradient mean - (x - mean) * gradient slope), g = dy behind the ReLU (relu 0: dy as it is). dx may be dy. */
export function batchNormGradApply(dy: usize, x: usize, dx: usize, table: usize, relu: i32, total: usize, lanes: usize, chunk: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const from = begin * chunk << 2
  const size = (min(end * chunk, total) << 2) - from
  if (relu) applyGradient(true, dy + from, x + from, dx + from, table, lanes, size)
  else applyGradient(false, dy + from, x + from, dx + from, table, lanes, size)
}
