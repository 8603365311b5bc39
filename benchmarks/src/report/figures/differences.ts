import * as Plot from '@observablehq/plot'
import { caseValues } from '../../statistics/case-values'
import type { Arm } from '../arm'
import { type Measure, signed } from '../measures'
import type { Verdict } from '../verdict'
import { draw } from './draw'

/** What every other method scores less the reference, case by case, with the mean and its interval given the trained networks. */
export function differences(reference: Arm, verdicts: readonly Verdict[], measure: Measure): string {
  const others = verdicts.flatMap((verdict) => {
    const { a, b, cases } = verdict
    if (cases === null || (a !== reference && b !== reference)) return []
    const sign = b === reference ? 1 : -1
    const arm = b === reference ? a : b
    const { interval } = cases
    const ends =
      interval === null ? null : ([sign * interval.low, sign * interval.high].sort((p, q) => p - q) as [number, number])
    return [{ arm, name: arm.name, mean: sign * cases.difference, ends, separable: verdict.separable }]
  })
  const ofReference = caseValues(reference.runs, measure.name)
  const points = others.flatMap(({ arm, name }) =>
    [...caseValues(arm.runs, measure.name)].flatMap(([id, value]) => {
      const other = ofReference.get(id)
      return other === undefined
        ? []
        : [{ name, difference: value - other, text: `${id}: ${signed(value - other, measure.digits)}` }]
    }),
  )
  const names = others.map(({ name }) => name)
  const bars = others.flatMap(({ name, ends, separable }) =>
    ends === null ? [] : [{ name, low: ends[0], high: ends[1], separable }],
  )
  return draw(`${measure.title} of every case minus that of ${reference.name}`, {
    height: 70 + 44 * others.length,
    marginLeft: 20 + 7 * Math.max(0, ...names.map((name) => name.length)),
    x: { label: `${measure.title} minus ${reference.name}’s (better: ${measure.better})`, labelOffset: 40, grid: true },
    y: { domain: names, label: null },
    marks: [
      Plot.ruleX([0], { stroke: 'currentColor' }),
      Plot.dot(points, { x: 'difference', y: 'name', r: 2, fill: '#4269d0', fillOpacity: 0.5, dy: 10, title: 'text' }),
      Plot.ruleY(bars, { x1: 'low', x2: 'high', y: 'name', strokeWidth: 3, dy: -6 }),
      Plot.dot(others, { x: 'mean', y: 'name', r: 5, fill: 'currentColor', dy: -6 }),
    ],
  })
}
