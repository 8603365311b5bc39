import { expect, it } from 'vitest'
import { Comparison } from './report'
import { jittered, judgeByRounding } from './rounding-spread'

const step = (values: Record<string, number>): Comparison => {
  const compare = new Comparison('step 1', true)
  for (const [what, got] of Object.entries(values)) compare.number(what, got, 1, 1e-6)
  return compare
}

it('names what rounding moves as far, and leaves wrong what it does not', async () => {
  const came = step({ kink: 1.001, formula: 1.001, nothing: Number.NaN, near: 1 })
  const moves = [
    { kink: 1.001, formula: 1.001 },
    { kink: 1.00104, formula: 1.00100001 },
    { kink: 1.00106, formula: 1.001 },
  ]
  const { wrong, undecided } = await judgeByRounding(came, async (jitter) => step(moves[jitter - 1]!))
  expect(wrong.map(({ what }) => what)).toEqual(['formula', 'nothing'])
  expect(undecided.map(({ what }) => what)).toEqual(['kink'])
  expect(undecided[0]!.spread).toBeCloseTo(6e-5, 12)
})

it('moves a parameter by no more than a unit of float32, another way each time', () => {
  const constants = { mulJ: 0x9e3779b1, mulK: 0x85ebca77, seed: 5 }
  const data = Float32Array.from({ length: 1000 }, (_, j) => (j - 500) / 700)
  const [first, second] = [1, 2].map(
    (jitter) => jittered(new Map([['w', { shape: [1000], data }]]), constants, jitter).get('w')!.data,
  )
  const moved = data.filter((value, j) => first![j] !== value)
  expect(moved.length).toBeGreaterThan(300)
  expect(moved.length).toBeLessThan(900)
  for (const [j, value] of data.entries()) expect(Math.abs(first![j]! - value)).toBeLessThanOrEqual(2 ** -22 * Math.abs(value))
  expect(first).not.toEqual(second)
})
