// One-dimensional Winograd transforms F(m, 3) for m = 2 and 4 (Lavin and Gray 2016), as programs: each takes names of vectors and an emitter and returns the names of
// its results. `input` is B^T d, `output` A^T m, `filter` G w; `filterBack` is G^T and `outputBack` is A, which the gradient of the filter needs.

/** Collects statements; every operation gives a fresh name. */
export class Emitter {
  lines = []
  #next = 0

  constructor(relaxed) {
    this.relaxed = relaxed
  }
  value(expression) {
    const name = `t${this.#next++}`
    this.lines.push(`const ${name} = ${expression}`)
    return name
  }
  statement(text) {
    this.lines.push(text)
  }
  add = (a, b) => this.value(`f32x4.add(${a}, ${b})`)
  sub = (a, b) => this.value(`f32x4.sub(${a}, ${b})`)
  negate = (a) => this.value(`f32x4.neg(${a})`)
  scale = (a, factor) => this.value(`f32x4.mul(${a}, f32x4.splat(<f32>${factor}))`)
  /** b + factor * a */
  addScaled = (factor, a, b) =>
    this.relaxed ? this.value(`f32x4.relaxed_madd(f32x4.splat(<f32>${factor}), ${a}, ${b})`) : this.add(b, this.scale(a, factor))
  /** b - factor * a */
  subScaled = (factor, a, b) =>
    this.relaxed ? this.value(`f32x4.relaxed_nmadd(f32x4.splat(<f32>${factor}), ${a}, ${b})`) : this.sub(b, this.scale(a, factor))
}

const two = {
  points: 4,
  input: ({ add, sub }, d) => [sub(d[0], d[2]), add(d[1], d[2]), sub(d[2], d[1]), sub(d[1], d[3])],
  output: ({ add, sub }, m) => [add(m[0], add(m[1], m[2])), sub(sub(m[1], m[2]), m[3])],
  filter: ({ add, sub, scale }, w) => {
    const even = scale(add(w[0], w[2]), 0.5)
    const odd = scale(w[1], 0.5)
    return [w[0], add(even, odd), sub(even, odd), w[2]]
  },
  filterBack: ({ add, sub, scale }, m) => {
    const even = scale(add(m[1], m[2]), 0.5)
    return [add(m[0], even), scale(sub(m[1], m[2]), 0.5), add(m[3], even)]
  },
  outputBack: ({ add, sub, negate }, y) => [y[0], add(y[0], y[1]), sub(y[0], y[1]), negate(y[1])],
}

const four = {
  points: 6,
  input: ({ add, sub, addScaled, subScaled }, d) => {
    const a = subScaled(4, d[2], d[4])
    const b = subScaled(4, d[1], d[3])
    const e = sub(d[4], d[2])
    const f = sub(d[3], d[1])
    return [
      addScaled(4, d[0], subScaled(5, d[2], d[4])),
      add(a, b),
      sub(a, b),
      addScaled(2, f, e),
      subScaled(2, f, e),
      addScaled(4, d[1], subScaled(5, d[3], d[5])),
    ]
  },
  output: ({ add, sub, addScaled }, m) => {
    const s = add(m[1], m[2])
    const t = sub(m[1], m[2])
    const p = add(m[3], m[4])
    const q = sub(m[3], m[4])
    return [add(add(m[0], s), p), addScaled(2, q, t), addScaled(4, p, s), add(addScaled(8, q, t), m[5])]
  },
  filter: ({ add, sub, scale }, w) => {
    const even = scale(add(w[0], w[2]), -1 / 6)
    const odd = scale(w[1], 1 / 6)
    const far = add(scale(w[0], 1 / 24), scale(w[2], 1 / 6))
    const farOdd = scale(w[1], 1 / 12)
    return [scale(w[0], 0.25), sub(even, odd), add(even, odd), add(far, farOdd), sub(far, farOdd), w[2]]
  },
  filterBack: ({ add, sub, scale }, m) => {
    const near = scale(add(m[1], m[2]), -1 / 6)
    const nearOdd = sub(m[2], m[1])
    const far = add(m[3], m[4])
    const farOdd = sub(m[3], m[4])
    return [
      add(add(scale(m[0], 0.25), near), scale(far, 1 / 24)),
      add(scale(nearOdd, 1 / 6), scale(farOdd, 1 / 12)),
      add(add(near, scale(far, 1 / 6)), m[5]),
    ]
  },
  outputBack: ({ add, sub, scale, addScaled }, y) => {
    const even = add(y[0], y[2])
    const odd = add(y[1], y[3])
    const farEven = addScaled(4, y[2], y[0])
    const farOdd = scale(addScaled(4, y[3], y[1]), 2)
    return [y[0], add(even, odd), sub(even, odd), add(farEven, farOdd), sub(farEven, farOdd), y[3]]
  },
}

export const TRANSFORMS = { 2: two, 4: four }
