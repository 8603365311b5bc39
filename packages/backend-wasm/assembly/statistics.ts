// Mean and sum of squared deviations per channel of a convolution's output, gathered while the output is still in cache.
//
// A task gathers row after row around a shift (its first voxel), so that nothing cancels when the mean is large beside the deviation: float32 inside a row, float64 over
// rows. It leaves (count, mean, M2) per channel in its slot; `mergeStatistics` joins the slots in order (as Chan, Golub and LeVeque 1979).

/** Scratch bytes for `channels` (a multiple of 4): shift as float32, sum and sum of squares as float64. */
@inline export function gatherBytes(channels: usize): usize {
  return channels * 20
}

/** Starts a task's gathering: `first` is the first voxel of its output. */
export function gatherStart(gather: usize, channels: usize, first: usize): void {
  for (let c: usize = 0; c < channels * 4; c += 16) v128.store(gather + c, v128.load(first + c))
  memory.fill(gather + channels * 4, 0, channels * 16)
}

/** Adds `voxels` voxels, `stride` bytes apart. `channels` is a multiple of 4. */
export function gatherRow(gather: usize, channels: usize, row: usize, voxels: usize, stride: usize): void {
  const sums = gather + channels * 4
  const squares = sums + channels * 8
  for (let c: usize = 0; c < channels * 4; c += 16) {
    const shift = v128.load(gather + c)
    let s0 = f32x4.splat(0)
    let s1 = s0
    let q0 = s0
    let q1 = s0
    let p = row + c
    let t = voxels
    for (; t >= 2; t -= 2) {
      const a = f32x4.sub(v128.load(p), shift)
      const b = f32x4.sub(v128.load(p + stride), shift)
      s0 = f32x4.add(s0, a)
      s1 = f32x4.add(s1, b)
      q0 = f32x4.add(q0, f32x4.mul(a, a))
      q1 = f32x4.add(q1, f32x4.mul(b, b))
      p += 2 * stride
    }
    if (t) {
      const a = f32x4.sub(v128.load(p), shift)
      s0 = f32x4.add(s0, a)
      q0 = f32x4.add(q0, f32x4.mul(a, a))
    }
    addDouble(sums + 2 * c, f32x4.add(s0, s1))
    addDouble(squares + 2 * c, f32x4.add(q0, q1))
  }
}

@inline function addDouble(to: usize, value: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(value)))
  v128.store(to + 16, f64x2.add(v128.load(to + 16), f64x2.promote_low_f32x4(i8x16.shuffle(value, value, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15))))
}

/** Ends a task: writes (count, mean, M2) of the first `used` channels to `slot`, 24 bytes a channel. */
export function gatherEnd(gather: usize, channels: usize, used: usize, count: f64, slot: usize): void {
  const sums = gather + channels * 4
  const squares = sums + channels * 8
  for (let c: usize = 0; c < used; c++) {
    const s = load<f64>(sums + c * 8)
    const mean = s / count
    const m2 = load<f64>(squares + c * 8) - s * mean
    store<f64>(slot, count)
    store<f64>(slot, <f64>load<f32>(gather + c * 4) + mean, 8)
    store<f64>(slot, m2 > 0 ? m2 : 0, 16)
    slot += 24
  }
}

/**
 * Joins `slotCount` slots [slot][channel](count, mean, M2) into float32 mean[channel] and biased variance[channel]. Empty slots count for nothing. One task a channel.
 */
export function mergeStatistics(
  slots: usize, slotCount: usize, channels: usize, mean: usize, variance: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const stride = channels * 24
  for (let c = <usize>begin; c < <usize>end; c++) {
    const first = slots + c * 24
    let n: f64 = 0
    let sum: f64 = 0
    for (let i: usize = 0, slot = first; i < slotCount; i++, slot += stride) {
      const count = load<f64>(slot)
      n += count
      if (count > 0) sum += count * load<f64>(slot, 8)
    }
    const centre = sum / n
    let m2: f64 = 0
    for (let i: usize = 0, slot = first; i < slotCount; i++, slot += stride) {
      const count = load<f64>(slot)
      if (count == 0) continue
      const apart = load<f64>(slot, 8) - centre
      m2 += load<f64>(slot, 16) + count * apart * apart
    }
    store<f32>(mean + c * 4, <f32>centre)
    store<f32>(variance + c * 4, <f32>(m2 / n))
  }
}
