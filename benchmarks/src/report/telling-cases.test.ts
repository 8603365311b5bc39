import { expect, it } from 'vitest'
import type { Arm } from './arm'
import { tellingCases, tellingCells } from './telling-cases'

function arm(name: string, dice: Readonly<Record<string, number>>): Arm {
  const cases = Object.entries(dice).map(([id, value]) => ({ id, dice: value, emptyPrediction: false }))
  return { name, method: name, without: [], runs: [{ cases }] } as unknown as Arm
}

const mt = arm('mt', { A: 0.9, B: 0.3, C: 0.8, D: 0.5 })
const dualnet = arm('dualnet', { A: 0.88, B: 0.4, C: 0.5 })

it('names the hardest cases and those on which methods disagree most, of those that all were tested on', () => {
  const { hardest, disputed } = tellingCases([mt, dualnet, arm('mt-twin', { A: 0, B: 0, C: 0 })])
  expect(hardest.map(({ id }) => id)).toEqual(['B', 'C', 'A'])
  expect(disputed.map(({ id }) => id)).toEqual(['C', 'B', 'A'])
  expect(tellingCells(disputed[0]!)).toEqual(['C', '0.650', 'mt', '0.800', 'dualnet', '0.500', '0.300'])
})

it('of one method has hard cases alone, and of none nothing', () => {
  expect(tellingCases([mt])).toMatchObject({ hardest: [{ id: 'B' }, { id: 'D' }, { id: 'C' }, { id: 'A' }], disputed: [] })
  expect(tellingCases([])).toEqual({ hardest: [], disputed: [] })
})
