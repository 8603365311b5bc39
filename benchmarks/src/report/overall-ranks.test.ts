import { expect, it } from 'vitest'
import type { Comparison } from './comparison'
import { overallRanks, overallRanksText } from './overall-ranks'

function table(dataset: string, dice: Readonly<Record<string, number>>, label?: number): Comparison {
  const arms = Object.entries(dice).map(([name, value]) => ({
    ...{ name, method: name, without: [] },
    runs: [
      {
        config: { fold: 0, seed: 1 },
        cases: [{ id: 'A', dice: value, jaccard: value, hd95: 10 * (1 - value), asd: 1, emptyPrediction: false }],
      },
    ],
  }))
  return {
    arms,
    conditions: { dataset },
    scored: label === undefined ? undefined : { title: 'class', label },
  } as unknown as Comparison
}

const tables = [
  table('la', { supervised: 0.7, mt: 0.8, dualnet: 0.9, 'mt-twin': 0.99 }),
  table('hippocampus', { supervised: 0.7, mt: 0.8, dualnet: 0.8, bcp: 1 }),
  table('hippocampus', { supervised: 0.9, mt: 0.8, dualnet: 0.1 }, 1),
  table('pancreas', { 'mt-twin': 0.9, supervised: 0.9 }),
]

it('ranks the methods that all tables have, tables of a class and twins left out', () => {
  const [dice, , hd95] = overallRanks(tables)
  expect(dice).toMatchObject({
    settings: 2,
    datasets: 2,
    ranks: [
      { name: 'dualnet', rank: 1.25 },
      { name: 'mt', rank: 1.75 },
      { name: 'supervised', rank: 3 },
    ],
  })
  expect(hd95!.ranks.map(({ name }) => name)).toEqual(['dualnet', 'mt', 'supervised'])
  // 3.3145 / √2 · √(3 · 4 / (6 · 2))
  expect(dice!.criticalDifference).toBeCloseTo(2.3437, 3)
  expect(overallRanksText(dice!)).toBe(
    'Dice, mean rank over 2 tables of 2 data sets: dualnet 1.25, mt 1.75, supervised 3.00; critical difference 2.34: no two are told apart.',
  )
})

it('of one table, or of one method in common, says nothing', () => {
  expect(overallRanks(tables.slice(0, 1))).toEqual([])
  expect(overallRanks([tables[0]!, table('own', { mt: 0.8, bcp: 0.9 })])).toEqual([])
  expect(overallRanks([])).toEqual([])
})
