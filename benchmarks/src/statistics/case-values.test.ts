import { expect, it } from 'vitest'
import { caseValues, tabledValues } from './case-values'

const scores = (id: string, dice: number, hd95: number, emptyPrediction = false) => ({ id, dice, hd95, emptyPrediction })
const RUNS = [
  { cases: [scores('x', 0.8, 4), scores('y', 0.6, 8)] },
  { cases: [scores('x', 0.9, 6), scores('y', 0, 0, true)] },
  { cases: [scores('z', 0, 0, true)] },
]

it('averages what a case scored under several seeds', () => {
  const values = caseValues(RUNS, 'dice')
  expect([...values.keys()]).toEqual(['x', 'y', 'z'])
  expect(values.get('x')).toBeCloseTo(0.85, 12)
  expect(values.get('y')).toBeCloseTo(0.3, 12)
  expect(values.get('z')).toBe(0)
})

it('knows no distance to an empty prediction', () => {
  expect(caseValues(RUNS, 'hd95')).toEqual(new Map([['x', 5], ['y', 8]])) // biome-ignore format: one table
})

it('counts it as 0 where the papers do', () => {
  expect(tabledValues(RUNS, 'hd95')).toEqual(new Map([['x', 5], ['y', 4], ['z', 0]])) // biome-ignore format: one table
})
