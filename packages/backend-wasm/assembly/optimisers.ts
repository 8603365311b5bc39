// One pass over all parameters. A table has one entry a task: the addresses of up to four input and three output arrays and how many values there are, 8 words.
// Outputs may be the inputs.

// @ts-ignore: decorator
@inline
function word(table: usize, task: usize, index: usize): usize {
  return load<u32>(table + (task << 5) + (index << 2))
}

/** Entry: p, g, v, new p, new v, 0, 0, count. v = momentum v + (g + decay p); p -= rate v. */
export function sgdStep(table: usize, rate: f32, momentum: f32, decay: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const r = f32x4.splat(rate), m = f32x4.splat(momentum), d = f32x4.splat(decay)
  for (let task = begin; task < end; ++task) {
    const p = word(table, task, 0), g = word(table, task, 1), v = word(table, task, 2)
    const p1 = word(table, task, 3), v1 = word(table, task, 4)
    const size = word(table, task, 7) << 2
    for (let i: usize = 0; i < size; i += 16) {
      const parameter = v128.load(p + i)
      const velocity = f32x4.add(f32x4.mul(v128.load(v + i), m), f32x4.add(v128.load(g + i), f32x4.mul(parameter, d)))
      v128.store(v1 + i, velocity)
      v128.store(p1 + i, f32x4.sub(parameter, f32x4.mul(velocity, r)))
    }
  }
}

/** Entry: p, g, m, v, new p, new m, new v, count. */
export function adamStep(table: usize, stepSize: f32, correction: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2)
  const e = f32x4.splat(epsilon), c = f32x4.splat(correction), s = f32x4.splat(stepSize)
  for (let task = begin; task < end; ++task) {
    const p = word(table, task, 0), g = word(table, task, 1), m = word(table, task, 2), v = word(table, task, 3)
    const p1 = word(table, task, 4), m1 = word(table, task, 5), v1 = word(table, task, 6)
    const size = word(table, task, 7) << 2
    for (let i: usize = 0; i < size; i += 16) {
      const gradient = v128.load(g + i)
      const first = f32x4.add(f32x4.mul(v128.load(m + i), b1), f32x4.mul(gradient, r1))
      const second = f32x4.add(f32x4.mul(v128.load(v + i), b2), f32x4.mul(f32x4.mul(gradient, gradient), r2))
      v128.store(m1 + i, first)
      v128.store(v1 + i, second)
      const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(second), c), e)
      v128.store(p1 + i, f32x4.sub(v128.load(p + i), f32x4.mul(f32x4.div(first, denominator), s)))
    }
  }
}

/** Entry: t, s, 0, new t, 0, 0, 0, count. t = decay t + rest s. */
export function emaStep(table: usize, decay: f32, rest: f32, begin: usize, end: usize, thread: i32, scratch: usize): void {
  const d = f32x4.splat(decay), r = f32x4.splat(rest)
  for (let task = begin; task < end; ++task) {
    const t = word(table, task, 0), s = word(table, task, 1), t1 = word(table, task, 3)
    const size = word(table, task, 7) << 2
    for (let i: usize = 0; i < size; i += 16) {
      v128.store(t1 + i, f32x4.add(f32x4.mul(v128.load(t + i), d), f32x4.mul(v128.load(s + i), r)))
    }
  }
}
