// One-dimensional Winograd transforms F(m, 3) for m = 2 and 4 (Lavin and Gray 2016), as programs: each takes names of vectors and an emitter and returns the names of
// its results. `input` is B^T d, `output` A^T m, `filter` G w; `filterBack` is G^T and `outputBack` is A, which the gradient of the filter needs.

/**
 * Collects statements; every operation gives a fresh name. With `pairs` every vector has a neighbour, 16 bytes on and named with an h: all is done to both, loads and stores
 * side by side, so that V8 packs the two into one register of 256 bits.
 */
export class Emitter {
  lines = []
  #next = 0

  constructor({ relaxed, pairs = false }) {
    this.relaxed = relaxed
    this.halves = pairs ? ['', 'h'] : ['']
  }
  /** @param expression of a half: '' or 'h' */
  #value(expression) {
    const name = `t${this.#next++}`
    for (const half of this.halves) this.lines.push(`const ${name}${half} = ${expression(half)}`)
    return name
  }
  load = (address) => this.#value((half) => `v128.load(${address}${half && ', 16'})`)
  store(address, value) {
    for (const half of this.halves) this.lines.push(`v128.store(${address}, ${value}${half}${half && ', 16'})`)
  }
  /** A variable that outlives the block. */
  assign(name, value) {
    for (const half of this.halves) this.lines.push(`${name}${half} = ${value}${half}`)
  }
  declare(word, name, address) {
    for (const half of this.halves) this.lines.push(`${word} ${name}${half} = v128.load(${address}${half && ', 16'})`)
  }
  add = (a, b) => this.#value((half) => `f32x4.add(${a}${half}, ${b}${half})`)
  sub = (a, b) => this.#value((half) => `f32x4.sub(${a}${half}, ${b}${half})`)
  negate = (a) => this.#value((half) => `f32x4.neg(${a}${half})`)
  scale = (a, factor) => this.#value((half) => `f32x4.mul(${a}${half}, f32x4.splat(<f32>${factor}))`)
  /** b + factor * a */
  addScaled = (factor, a, b) =>
    this.relaxed
      ? this.#value((half) => `f32x4.relaxed_madd(f32x4.splat(<f32>${factor}), ${a}${half}, ${b}${half})`)
      : this.add(b, this.scale(a, factor))
  /** b - factor * a */
  subScaled = (factor, a, b) =>
    this.relaxed
      ? this.#value((half) => `f32x4.relaxed_nmadd(f32x4.splat(<f32>${factor}), ${a}${half}, ${b}${half})`)
      : this.sub(b, this.scale(a, factor))
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

const ROOT = Math.SQRT2
const HALF_ROOT = Math.SQRT1_2

// Points 0, +-a, +-b and infinity with a = sqrt(1/2), b = sqrt(2). The textbook's 1 and 2 let powers up to 2^5 meet powers of 1, and lose two to seven times as much;
// here ab = 1, a^2 = 1/2 and b^2 = 2 keep the operations as few.
const four = {
  points: 6,
  input: ({ add, sub, scale, subScaled }, d) => {
    const nearEven = subScaled(2, d[2], d[4])
    const nearOdd = scale(subScaled(2, d[1], d[3]), HALF_ROOT)
    const farEven = subScaled(0.5, d[2], d[4])
    const farOdd = scale(subScaled(0.5, d[1], d[3]), ROOT)
    return [
      add(d[0], subScaled(2.5, d[2], d[4])),
      add(nearEven, nearOdd),
      sub(nearEven, nearOdd),
      add(farEven, farOdd),
      sub(farEven, farOdd),
      add(d[1], subScaled(2.5, d[3], d[5])),
    ]
  },
  output: ({ add, sub, scale, addScaled }, m) => {
    const nearEven = add(m[1], m[2])
    const nearOdd = scale(sub(m[1], m[2]), HALF_ROOT)
    const farEven = add(m[3], m[4])
    const farOdd = scale(sub(m[3], m[4]), ROOT)
    return [
      add(add(m[0], nearEven), farEven),
      add(nearOdd, farOdd),
      addScaled(0.5, nearEven, scale(farEven, 2)),
      add(addScaled(0.5, nearOdd, m[5]), scale(farOdd, 2)),
    ]
  },
  filter: ({ add, sub, scale, addScaled }, w) => {
    const nearEven = scale(addScaled(0.5, w[2], w[0]), -2 / 3)
    const nearOdd = scale(w[1], (-2 / 3) * HALF_ROOT)
    const farEven = scale(addScaled(2, w[2], w[0]), 1 / 6)
    const farOdd = scale(w[1], ROOT / 6)
    return [w[0], add(nearEven, nearOdd), sub(nearEven, nearOdd), add(farEven, farOdd), sub(farEven, farOdd), w[2]]
  },
  filterBack: ({ add, sub, scale, addScaled }, m) => {
    const nearEven = scale(add(m[1], m[2]), -2 / 3)
    const nearOdd = scale(sub(m[1], m[2]), (-2 / 3) * HALF_ROOT)
    const farEven = scale(add(m[3], m[4]), 1 / 6)
    const farOdd = scale(sub(m[3], m[4]), ROOT / 6)
    return [add(add(m[0], nearEven), farEven), add(nearOdd, farOdd), add(addScaled(0.5, nearEven, m[5]), scale(farEven, 2))]
  },
  outputBack: ({ add, sub, scale, addScaled }, y) => {
    const nearEven = addScaled(0.5, y[2], y[0])
    const nearOdd = scale(addScaled(0.5, y[3], y[1]), HALF_ROOT)
    const farEven = addScaled(2, y[2], y[0])
    const farOdd = scale(addScaled(2, y[3], y[1]), ROOT)
    return [y[0], add(nearEven, nearOdd), sub(nearEven, nearOdd), add(farEven, farOdd), sub(farEven, farOdd), y[3]]
  },
}

export const TRANSFORMS = { 2: two, 4: four }
