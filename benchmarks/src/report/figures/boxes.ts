import * as Plot from '@observablehq/plot'
import { caseValues } from '../../statistics/case-values'
import type { Comparison } from '../comparison'
import { figure, type Measure } from '../measures'
import { COLOURS, draw } from './draw'

/** A box a method: one value a case, averaged over its seeds, with every case as a dot. */
export function boxes({ arms }: Comparison, measure: Measure): string {
  const names = arms.map(({ name }) => name)
  const values = arms.flatMap(({ name, runs }) =>
    [...caseValues(runs, measure.name)].map(([id, value]) => ({
      name,
      id,
      value,
      text: `${id}: ${figure(value, measure.digits)}`,
    })),
  )
  return draw(`${measure.title} of every case by method`, {
    height: 70 + 44 * arms.length,
    marginLeft: 20 + 7 * Math.max(...names.map((name) => name.length)),
    x: {
      label: `${measure.title} (better: ${measure.better})`,
      labelOffset: 40,
      grid: true,
      ...(measure.isDistance ? { zero: true } : { domain: [0, 1] }),
    },
    y: { domain: names, label: null },
    color: { domain: names, range: COLOURS },
    marks: [
      Plot.boxX(values, { x: 'value', y: 'name', fill: 'name', fillOpacity: 0.35, r: 0 }),
      Plot.dot(values, { x: 'value', y: 'name', fill: 'name', r: 2, fillOpacity: 0.6, dy: 14, title: 'text' }),
    ],
  })
}
