import * as Plot from '@observablehq/plot'
import type { FromUnlabelled } from '../from-unlabelled'
import { type Measure, signed } from '../measures'
import { draw } from './draw'

/** What the unlabelled scans added to each method: its mean less its supervised twin's, with the interval over the cases and, thin, over labelled sets. */
export function fromUnlabelledFigure(found: readonly FromUnlabelled[], measure: Measure): string {
  const points = found.flatMap(({ arm, twin, measures }) => {
    const { cases, runs } = measures[measure.name].verdict
    if (cases === null) return []
    const text = `${arm.name} minus ${twin.name}: ${signed(cases.difference, measure.digits)}`
    return [{ name: arm.name, value: cases.difference, ofCases: cases.interval, ofSets: runs.interval, text }]
  })
  const names = points.map(({ name }) => name)
  const ends = (which: 'ofCases' | 'ofSets') =>
    points.flatMap(({ name, [which]: interval }) => (interval ? [{ name, low: interval.low, high: interval.high }] : []))
  return draw(`${measure.title} of every method minus that of its supervised twin`, {
    height: 70 + 24 * points.length,
    marginLeft: 20 + 7 * Math.max(0, ...names.map((name) => name.length)),
    x: { label: `${measure.title} minus its supervised twin’s (better: ${measure.better})`, labelOffset: 40, grid: true },
    y: { domain: names, label: null },
    marks: [
      Plot.ruleX([0], { stroke: 'currentColor' }),
      Plot.ruleY(ends('ofSets'), { x1: 'low', x2: 'high', y: 'name', strokeWidth: 1, stroke: '#9498a0' }),
      Plot.ruleY(ends('ofCases'), { x1: 'low', x2: 'high', y: 'name', strokeWidth: 4, stroke: '#4269d0' }),
      Plot.dot(points, { x: 'value', y: 'name', r: 4.5, fill: 'currentColor', title: 'text' }),
    ],
  })
}
