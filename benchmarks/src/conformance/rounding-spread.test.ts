import { expect, it } from 'vitest'
import { Comparison } from './report'
import { byRounding, jittered, judgeByRounding } from './rounding-spread'

const step = (values: Record<string, number>): Comparison => {
  const compare = new Comparison('step 1', true)
  for (const [what, got] of Object.entries(values)) compare.number(what, got, 1, 1e-6)
  return compare
}

it('names what rounding moves as far, and leaves wrong what it does not', async () => {
  const came = step({ kink: 1.001, formula: 1.001, nothing: Number.NaN, near: 1 })
  const moves = [
    { kink: 1.0009, formula: 1.001 },
    { kink: 0.99995, formula: 1.0005 },
  ]
  const { wrong, undecided } = await judgeByRounding(came, async (jitter) => step(moves[jitter % 2]!))
  expect(wrong.map(({ what }) => what)).toEqual(['formula', 'nothing'])
  expect(undecided.map(({ what }) => what)).toEqual(['kink'])
  expect(undecided[0]!.spread).toBeCloseTo(1.05e-3, 12)
})

it('tries no more often than there is something to decide', async () => {
  let tries = 0
  await judgeByRounding(step({ kink: 1.001 }), async () => (tries++ === 0 ? step({ kink: 1.001 }) : step({ kink: 0.999 })))
  expect(tries).toBe(2)
})

it('moves a parameter within its reach, another way each time', () => {
  const constants = { mulJ: 0x9e3779b1, mulK: 0x85ebca77, seed: 5 }
  const data = Float32Array.from({ length: 1000 }, (_, j) => (j - 500) / 700)
  const [first, second] = [1, 2].map(
    (jitter) => jittered(new Map([['w', { shape: [1000], data }]]), constants, jitter, (_, hash) => 1e-3 * hash).get('w')!.data,
  )
  const moves = Array.from(data, (value, j) => first![j]! - value)
  expect(Math.max(...moves.map(Math.abs))).toBeLessThanOrEqual(1.0001e-3)
  expect(Math.max(...moves)).toBeGreaterThan(9e-4)
  expect(Math.min(...moves)).toBeLessThan(-9e-4)
  expect(first).not.toEqual(second)
})

it('moves a parameter by rounding to a neighbour, or nowhere', () => {
  for (const value of [1, -0.7, 1.999]) {
    const moves = [-1, -0.6, 0, 0.4, 0.6, 1].map((hash) => byRounding(value, hash))
    for (const move of moves) expect(Math.abs(move)).toBeLessThanOrEqual(2 ** -23 * Math.abs(value))
    expect(new Set(moves.map(Math.abs)).size).toBe(2)
  }
})
