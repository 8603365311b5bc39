import * as Plot from '@observablehq/plot'
import { groupBy } from '../group-by'
import type { LoggedTerm } from '../logged-terms'
import { COLOURS, draw } from './draw'

/** A run's terms with the name that its line has in the legend. */
export interface NamedLog {
  readonly name: string
  readonly terms: readonly LoggedTerm[]
}

/** Learning curves: a panel for every term, a line for every run. */
export function curves(logs: readonly NamedLog[]): string {
  const names = logs.map(({ name }) => name)
  const byTerm = groupBy(
    logs.flatMap(({ name, terms }) => terms.map((logged) => ({ name, ...logged }))),
    ({ term }) => term,
  )
  const panels = [...byTerm].map(([term, courses]) =>
    draw(`${term} over the iterations`, {
      width: 420,
      height: 200,
      marginLeft: 55,
      marginBottom: 38,
      inset: 0,
      x: { label: 'iteration', labelOffset: 34 },
      y: { label: titleOf(term, courses), grid: true, nice: true },
      color: { domain: names, range: COLOURS },
      marks: [
        Plot.line(
          courses.flatMap(({ name, points }) => points.map((point) => ({ name, ...point }))),
          { x: 'iteration', y: 'value', z: 'name', stroke: 'name', strokeWidth: 1.3 },
        ),
      ],
    }),
  )
  return panels.join('\n')
}

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!
}

function titleOf(term: string, courses: readonly LoggedTerm[]): string {
  const weights = courses.flatMap(({ weight }) => (typeof weight === 'string' ? [] : weight))
  if (weights.length === 0) {
    return courses.every(({ weight }) => weight === 'none') ? `${term} (noted, trains nothing)` : `${term} (raw)`
  }
  const [low, high] = [Math.min(...weights), Math.max(...weights)]
  return low === high ? `${term} (raw; weight ${short(low)})` : `${term} (raw; weight ${short(low)} to ${short(high)})`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
