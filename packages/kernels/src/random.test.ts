import { describe, expect, it } from 'vitest'
import { philox4x32 } from './philox'
import { hash32, random } from './random'

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw)
}

describe('random', () => {
  it('counts blocks in the first word, with iteration and sample in the last two', () => {
    const stream = random(7, 'crop', 5, 3)
    const block = new Uint32Array(4)
    for (let number = 0; number < 3; number++) {
      philox4x32(Uint32Array.of(number, 0, 5, 3), Uint32Array.of(7, hash32('crop')), block)
      expect(draws(4, () => stream.uint32())).toEqual(Array.from(block))
    }
  })

  it('gives the same draws for the same arguments and others for any other', () => {
    const first = (seed: number, purpose: string, iteration: number, sample: number) => {
      const stream = random(seed, purpose, iteration, sample)
      return draws(4, () => stream.uint32())
    }
    const all = [
      first(1, 'crop', 2, 3),
      first(2, 'crop', 2, 3),
      first(1, 'noise', 2, 3),
      first(1, 'crop', 3, 3),
      first(1, 'crop', 2, 4),
      first(1, 'crop', 3, 2),
    ]
    expect(new Set(all.map(String)).size).toBe(all.length)
    expect(first(1, 'crop', 2, 3)).toEqual(all[0])
  })

  // Written down so that a run can be repeated by a later version.
  it('hashes purposes to fixed words', () => {
    expect(['', 'crop', 'noise', 'Zufall ä'].map(hash32)).toMatchInlineSnapshot(`
      [
        2872998923,
        4042156739,
        3434660333,
        1654030431,
      ]
    `)
  })

  it.each([
    [-1, 0, 0, 'seed is -1'],
    [2 ** 32, 0, 0, 'seed is 4294967296'],
    [0, 0.5, 0, 'iteration is 0.5'],
    [0, 0, Number.NaN, 'sample is NaN'],
  ])('refuses seed %s, iteration %s, sample %s', (seed, iteration, sample, words) => {
    expect(() => random(seed, 'crop', iteration, sample)).toThrow(words)
  })
})

describe('uniform', () => {
  it('stays in [0, 1) after rounding to float32 and has mean 1/2 and variance 1/12', () => {
    const stream = random(1, 'uniform', 0, 0)
    const values = draws(40_000, () => stream.uniform())
    expect(values.every((value) => value >= 0 && value < 1 && Math.fround(value) === value)).toBe(true)
    // Six standard errors.
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(6 * Math.sqrt(1 / 12 / values.length))
    expect(Math.abs(variance(values) - 1 / 12)).toBeLessThan(6 * Math.sqrt(1 / 180 / values.length))
  })
})

describe('normal', () => {
  it('has mean 0, variance 1, no skew and the kurtosis of the normal distribution', () => {
    const stream = random(1, 'normal', 0, 0)
    const values = draws(40_000, () => stream.normal())
    const n = values.length
    expect(Math.abs(mean(values))).toBeLessThan(6 * Math.sqrt(1 / n))
    expect(Math.abs(variance(values) - 1)).toBeLessThan(6 * Math.sqrt(2 / n))
    expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan(6 * Math.sqrt(15 / n))
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(6 * Math.sqrt(96 / n))
  })
})

describe('integer', () => {
  it('hits every number of a range equally often', () => {
    const stream = random(1, 'integer', 0, 0)
    const counts = new Array<number>(7).fill(0)
    for (const value of draws(14_000, () => stream.integer(-3, 4))) counts[value + 3]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    // 99.9 % of the chi-square distribution with six degrees of freedom lies below.
    expect(chiSquare).toBeLessThan(22.5)
  })

  it('takes a range of one and the full range of 32 bits', () => {
    const stream = random(1, 'integer', 0, 0)
    expect(stream.integer(5, 6)).toBe(5)
    expect(stream.integer(0, 2 ** 32)).toBeLessThan(2 ** 32)
  })

  it.each([
    [3, 3],
    [4, 3],
    [0, 1.5],
    [0, 2 ** 33],
  ])('refuses [%s, %s)', (low, high) => {
    expect(() => random(1, 'integer', 0, 0).integer(low, high)).toThrow('is not a range of 1 to 2^32 whole numbers')
  })
})

describe('permutation', () => {
  it('holds every number once', () => {
    const order = random(1, 'permutation', 0, 0).permutation(50)
    expect(order).not.toEqual([...order].sort((a, b) => a - b))
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(random(1, 'permutation', 0, 0).permutation(0)).toEqual([])
  })

  it('gives each of the six orders of three equally often', () => {
    const stream = random(1, 'permutation', 0, 0)
    const counts = new Map<string, number>()
    for (const order of Array.from({ length: 6000 }, () => String(stream.permutation(3))))
      counts.set(order, (counts.get(order) ?? 0) + 1)
    expect(counts.size).toBe(6)
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    // 99.9 % of the chi-square distribution with five degrees of freedom lies below.
    expect(chiSquare).toBeLessThan(20.5)
  })
})

describe('fill', () => {
  it('writes the draws that the single calls give', () => {
    const one = random(2, 'fill', 0, 0)
    const other = random(2, 'fill', 0, 0)
    const uniform = one.fillUniform(new Float32Array(5), -1, 3)
    expect(Array.from(uniform)).toEqual(draws(5, () => Math.fround(-1 + 4 * other.uniform())))
    const normal = one.fillNormal(new Float32Array(5), 10, 2)
    expect(Array.from(normal)).toEqual(draws(5, () => Math.fround(10 + 2 * other.normal())))
  })
})

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function variance(values: number[]): number {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}
