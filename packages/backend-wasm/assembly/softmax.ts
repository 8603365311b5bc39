// Softmax, its logarithm, and cross entropy over the last axis. Four rows at a time, one in each lane; a task is BLOCK rows.
import { exp4, log4 } from './vector-math'

const BLOCK: usize = 2048

// @ts-ignore: decorator
@inline
function gather(a: usize, b: usize, c: usize, d: usize): v128 {
  let v = v128.load32_zero(a)
  v = v128.load_lane<f32>(b, v, 1)
  v = v128.load_lane<f32>(c, v, 2)
  return v128.load_lane<f32>(d, v, 3)
}

// @ts-ignore: decorator
@inline
function scatter(v: v128, a: usize, b: usize, c: usize, d: usize): void {
  v128.store_lane<f32>(a, v, 0)
  v128.store_lane<f32>(b, v, 1)
  v128.store_lane<f32>(c, v, 2)
  v128.store_lane<f32>(d, v, 3)
}

// 1, or NaN for what is infinite: an infinite logit leaves no probabilities, where infinity minus infinity is taken as in the sums over more classes.
// @ts-ignore: decorator
@inline
function oneIfFinite(top: v128): v128 {
  return f32x4.add(f32x4.splat(1), f32x4.sub(top, top))
}

/** y = softmax of the rows of x [rows, length] (logarithm 0) or its logarithm (1). */
export function softmaxRows(x: usize, y: usize, rows: usize, length: usize, logarithm: i32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, rows)
  const bytes = length << 2
  if (length == 2) {
    for (let row = begin * BLOCK; row < last; row += 4) {
      const p = x + (row << 3), q = y + (row << 3)
      const u = v128.load(p), v = v128.load(p, 16)
      const a = v128.shuffle<f32>(u, v, 0, 2, 4, 6), b = v128.shuffle<f32>(u, v, 1, 3, 5, 7)
      let first: v128, second: v128
      if (logarithm) {
        const top = f32x4.pmax(a, b)
        const shift = f32x4.add(top, log4(f32x4.add(oneIfFinite(top), exp4(f32x4.neg(f32x4.abs(f32x4.sub(a, b)))))))
        first = f32x4.sub(a, shift)
        second = f32x4.sub(b, shift)
      } else {
        const e = exp4(f32x4.neg(f32x4.abs(f32x4.sub(a, b))))
        const larger = f32x4.div(f32x4.splat(1), f32x4.add(oneIfFinite(f32x4.pmax(a, b)), e))
        const smaller = f32x4.mul(e, larger)
        const isFirst = f32x4.ge(a, b)
        first = v128.bitselect(larger, smaller, isFirst)
        second = v128.bitselect(smaller, larger, isFirst)
      }
      v128.store(q, v128.shuffle<f32>(first, second, 0, 4, 1, 5))
      v128.store(q, v128.shuffle<f32>(first, second, 2, 6, 3, 7), 16)
    }
    return
  }
  for (let row = begin * BLOCK; row < last; row += 4) {
    // Past the last row the lanes repeat it.
    const o0 = row * bytes, o1 = min(row + 1, rows - 1) * bytes, o2 = min(row + 2, rows - 1) * bytes, o3 = min(row + 3, rows - 1) * bytes
    let top = f32x4.splat(-f32.MAX_VALUE)
    for (let c: usize = 0; c < bytes; c += 4) top = f32x4.pmax(top, gather(x + o0 + c, x + o1 + c, x + o2 + c, x + o3 + c))
    let sum = f32x4.splat(0)
    for (let c: usize = 0; c < bytes; c += 4) {
      const shifted = f32x4.sub(gather(x + o0 + c, x + o1 + c, x + o2 + c, x + o3 + c), top)
      const e = exp4(shifted)
      sum = f32x4.add(sum, e)
      scatter(logarithm ? shifted : e, y + o0 + c, y + o1 + c, y + o2 + c, y + o3 + c)
    }
    if (logarithm) {
      const shift = log4(sum)
      for (let c: usize = 0; c < bytes; c += 4) {
        const v = f32x4.sub(gather(y + o0 + c, y + o1 + c, y + o2 + c, y + o3 + c), shift)
        scatter(v, y + o0 + c, y + o1 + c, y + o2 + c, y + o3 + c)
      }
    } else {
      for (let c: usize = 0; c < bytes; c += 4) {
        const v = f32x4.div(gather(y + o0 + c, y + o1 + c, y + o2 + c, y + o3 + c), sum)
        scatter(v, y + o0 + c, y + o1 + c, y + o2 + c, y + o3 + c)
      }
    }
  }
}

// The same for two classes, with one exponential: returns the sum over the rows [row, last).
function twoClasses(logits: usize, labels: usize, probs: usize, row: usize, last: usize): f64 {
  const one = f32x4.splat(1)
  let low = f64x2.splat(0), high = low
  for (; row < last; row += 4) {
    const p = logits + (row << 3), q = probs + (row << 3)
    const u = v128.load(p), v = v128.load(p, 16)
    const a = v128.shuffle<f32>(u, v, 0, 2, 4, 6), b = v128.shuffle<f32>(u, v, 1, 3, 5, 7)
    const e = exp4(f32x4.neg(f32x4.abs(f32x4.sub(a, b))))
    const sum = f32x4.add(oneIfFinite(f32x4.pmax(a, b)), e)
    const larger = f32x4.div(one, sum), smaller = f32x4.mul(e, larger)
    const isFirst = f32x4.ge(a, b)
    const first = v128.bitselect(larger, smaller, isFirst), second = v128.bitselect(smaller, larger, isFirst)
    v128.store(q, v128.shuffle<f32>(first, second, 0, 4, 1, 5))
    v128.store(q, v128.shuffle<f32>(first, second, 2, 6, 3, 7), 16)
    const label = v128.load(labels + (row << 2))
    const own = v128.bitselect(a, b, i32x4.eq(label, i32x4.splat(0)))
    let value = f32x4.add(f32x4.sub(f32x4.pmax(a, b), own), log4(sum))
    value = v128.and(value, i32x4.lt_u(label, i32x4.splat(2)))
    if (row + 4 > last) value = v128.and(value, i32x4.lt_u(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(last - row))))
    low = f64x2.add(low, f64x2.promote_low_f32x4(value))
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)))
  }
  low = f64x2.add(low, high)
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
}

/** Softmax of logits [rows, classes] into probs, and per task the sum (double) of -log softmax[label]. */
export function softmaxCrossEntropy(logits: usize, labels: usize, probs: usize, partials: usize, rows: usize, classes: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const bytes = classes << 2
  for (let task = begin; task < end; ++task) {
    const last = min((task + 1) * BLOCK, rows)
    let loss: f64 = 0
    if (classes == 2) {
      store<f64>(partials + (task << 3), twoClasses(logits, labels, probs, task * BLOCK, last))
      continue
    }
    for (let row = task * BLOCK; row < last; row += 4) {
      const r1 = min(row + 1, rows - 1), r2 = min(row + 2, rows - 1), r3 = min(row + 3, rows - 1)
      const o0 = row * bytes, o1 = r1 * bytes, o2 = r2 * bytes, o3 = r3 * bytes
      let top = f32x4.splat(-f32.MAX_VALUE)
      for (let c: usize = 0; c < bytes; c += 4) top = f32x4.pmax(top, gather(logits + o0 + c, logits + o1 + c, logits + o2 + c, logits + o3 + c))
      let sum = f32x4.splat(0)
      for (let c: usize = 0; c < bytes; c += 4) {
        const e = exp4(f32x4.sub(gather(logits + o0 + c, logits + o1 + c, logits + o2 + c, logits + o3 + c), top))
        sum = f32x4.add(sum, e)
        scatter(e, probs + o0 + c, probs + o1 + c, probs + o2 + c, probs + o3 + c)
      }
      for (let c: usize = 0; c < bytes; c += 4) {
        const v = f32x4.div(gather(probs + o0 + c, probs + o1 + c, probs + o2 + c, probs + o3 + c), sum)
        scatter(v, probs + o0 + c, probs + o1 + c, probs + o2 + c, probs + o3 + c)
      }
      // A label outside the classes counts as none of them: no loss, as a one-hot vector of zeros.
      const l0 = <usize>load<u32>(labels + (row << 2)), l1 = <usize>load<u32>(labels + (r1 << 2))
      const l2 = <usize>load<u32>(labels + (r2 << 2)), l3 = <usize>load<u32>(labels + (r3 << 2))
      const c0 = min(l0, classes - 1) << 2, c1 = min(l1, classes - 1) << 2, c2 = min(l2, classes - 1) << 2, c3 = min(l3, classes - 1) << 2
      const own = gather(logits + o0 + c0, logits + o1 + c1, logits + o2 + c2, logits + o3 + c3)
      const v = f32x4.add(f32x4.sub(top, own), log4(sum))
      if (l0 < classes) loss += <f64>f32x4.extract_lane(v, 0)
      if (row + 1 < last && l1 < classes) loss += <f64>f32x4.extract_lane(v, 1)
      if (row + 2 < last && l2 < classes) loss += <f64>f32x4.extract_lane(v, 2)
      if (row + 3 < last && l3 < classes) loss += <f64>f32x4.extract_lane(v, 3)
    }
    store<f64>(partials + (task << 3), loss)
  }
}

/** dx = (probs - one-hot(labels)) * (dy * scale); dy is one value. */
export function softmaxCrossEntropyGrad(probs: usize, labels: usize, dy: usize, dx: usize, rows: usize, classes: usize, scale: f64, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const first = begin * BLOCK, last = min(end * BLOCK, rows)
  const factor = <f32>(<f64>load<f32>(dy) * scale)
  const f = f32x4.splat(factor)
  const stop = last * classes << 2
  for (let i = first * classes << 2; i < stop; i += 16) v128.store(dx + i, f32x4.mul(v128.load(probs + i), f))
  for (let row = first; row < last; ++row) {
    const label = <usize>load<u32>(labels + (row << 2))
    if (label >= classes) continue
    const i = row * classes + label << 2
    store<f32>(dx + i, (load<f32>(probs + i) - 1) * factor)
  }
}
