import { dualsegError } from './errors'
import { found } from './found'
import { philox4x32 } from './philox'

const WORD = 2 ** 32

/** Draws of one (seed, purpose, iteration, sample), in a fixed order. */
export interface RandomStream {
  /** The next 32 random bits, 0 to 2^32 - 1. */
  uint32(): number
  /** Uniform on [0, 1) in steps of 2^-24, so that rounding to float32 changes nothing and never gives 1. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** A whole number from `low` up to but not including `highExclusive`, every one equally likely. */
  integer(low: number, highExclusive: number): number
  /** The numbers 0 to n - 1 in random order. */
  permutation(n: number): number[]
  /** Fills with uniform numbers on [low, high) and returns the array. */
  fillUniform(values: Float32Array, low: number, high: number): Float32Array
  /** Fills with normal numbers and returns the array. */
  fillNormal(values: Float32Array, mean: number, standardDeviation: number): Float32Array
}

/**
 * The only source of chance in the project: a stream that depends on its four arguments and on nothing else, so that a resumed
 * run draws what an uninterrupted one would have drawn.
 *
 * Philox 4x32-10 with key (seed, hash of purpose) and counter (block, carry, iteration, sample).
 *
 * @param seed whole number, 0 to 2^32 - 1
 * @param purpose what the draws are for, e.g. `'crop'`; other purposes give independent streams
 * @param iteration whole number, 0 to 2^32 - 1
 * @param sample whole number, 0 to 2^32 - 1
 * @throws DUALSEG_VALUE if a number is not in its range
 */
export function random(seed: number, purpose: string, iteration: number, sample: number): RandomStream {
  expectWord('seed', seed)
  if (typeof purpose !== 'string') throw dualsegError('DUALSEG_VALUE', `random: purpose is ${found(purpose)}, expected a text`)
  expectWord('iteration', iteration)
  expectWord('sample', sample)
  return new PhiloxStream(Uint32Array.of(seed, hash32(purpose)), Uint32Array.of(0, 0, iteration, sample))
}

/** FNV-1a over UTF-8, then a finaliser that spreads the last characters over all bits. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function expectWord(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= WORD) {
    throw dualsegError('DUALSEG_VALUE', `random: ${name} is ${found(value)}, expected a whole number from 0 to 4294967295`)
  }
}

class PhiloxStream implements RandomStream {
  private readonly words = new Uint32Array(4)
  private position = 4
  private spareNormal: number | undefined

  constructor(
    private readonly key: Uint32Array,
    private readonly counter: Uint32Array,
  ) {}

  uint32(): number {
    if (this.position === 4) {
      philox4x32(this.counter, this.key, this.words)
      this.counter[0]!++
      if (this.counter[0] === 0) this.counter[1]!++
      this.position = 0
    }
    return this.words[this.position++]!
  }

  uniform(): number {
    return (this.uint32() >>> 8) * 2 ** -24
  }

  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal
      this.spareNormal = undefined
      return spare
    }
    // Marsaglia's polar method: only a square root and a logarithm, no sine, whose last bits differ between versions of V8.
    let u: number
    let v: number
    let s: number
    do {
      u = 2 * this.uniform() - 1
      v = 2 * this.uniform() - 1
      s = u * u + v * v
    } while (s >= 1 || s === 0)
    const radius = Math.sqrt((-2 * Math.log(s)) / s)
    this.spareNormal = v * radius
    return u * radius
  }

  integer(low: number, highExclusive: number): number {
    const range = highExclusive - low
    if (!Number.isInteger(low) || !Number.isInteger(highExclusive) || range < 1 || range > WORD) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `integer: [${found(low)}, ${found(highExclusive)}) is not a range of 1 to 2^32 whole numbers`,
      )
    }
    // Draws beyond the last whole multiple of the range would favour small remainders.
    const limit = WORD - (WORD % range)
    let draw: number
    do draw = this.uint32()
    while (draw >= limit)
    return low + (draw % range)
  }

  permutation(n: number): number[] {
    if (!Number.isInteger(n) || n < 0)
      throw dualsegError('DUALSEG_VALUE', `permutation: n is ${found(n)}, expected a whole number from 0`)
    const order = Array.from({ length: n }, (_, i) => i)
    for (let last = n - 1; last > 0; last--) {
      const pick = this.integer(0, last + 1)
      const value = order[last]!
      order[last] = order[pick]!
      order[pick] = value
    }
    return order
  }

  fillUniform(values: Float32Array, low: number, high: number): Float32Array {
    const width = high - low
    for (let i = 0; i < values.length; i++) values[i] = low + width * this.uniform()
    return values
  }

  fillNormal(values: Float32Array, mean: number, standardDeviation: number): Float32Array {
    for (let i = 0; i < values.length; i++) values[i] = mean + standardDeviation * this.normal()
    return values
  }
}
