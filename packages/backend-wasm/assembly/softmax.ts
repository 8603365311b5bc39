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

/** y = softmax of the rows of x [rows, length] (logarithm 0) or its logarithm (1). */
export function softmaxRows(x: usize, y: usize, rows: usize, length: usize, logarithm: i32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const last = min(end * BLOCK, rows)
  const bytes = length << 2
  for (let row = begin * BLOCK; row < last; row += 4) {
    // Past the last row the lanes repeat it.
    const o0 = row * bytes, o1 = min(row + 1, rows - 1) * bytes, o2 = min(row + 2, rows - 1) * bytes, o3 = min(row + 3, rows - 1) * bytes
    let top = f32x4.splat(-f32.MAX_VALUE)
    for (let c: usize = 0; c < bytes; c += 4) top = f32x4.max(top, gather(x + o0 + c, x + o1 + c, x + o2 + c, x + o3 + c))
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

/** Softmax of logits [rows, classes] into probs, and per task the sum (double) of -log softmax[label]. */
export function softmaxCrossEntropy(logits: usize, labels: usize, probs: usize, partials: usize, rows: usize, classes: usize, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const bytes = classes << 2
  for (let task = begin; task < end; ++task) {
    const last = min((task + 1) * BLOCK, rows)
    let loss: f64 = 0
    for (let row = task * BLOCK; row < last; row += 4) {
      const r1 = min(row + 1, rows - 1), r2 = min(row + 2, rows - 1), r3 = min(row + 3, rows - 1)
      const o0 = row * bytes, o1 = r1 * bytes, o2 = r2 * bytes, o3 = r3 * bytes
      let top = f32x4.splat(-f32.MAX_VALUE)
      for (let c: usize = 0; c < bytes; c += 4) top = f32x4.max(top, gather(logits + o0 + c, logits + o1 + c, logits + o2 + c, logits + o3 + c))
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
