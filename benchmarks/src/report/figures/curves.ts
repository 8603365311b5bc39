import type { LogLine } from '@dualseg/trainer'
import * as Plot from '@observablehq/plot'
import { mean } from 'simple-statistics'
import { COLOURS, draw } from './draw'

/** A run's log with the name that its line has in the legend. */
export interface NamedLog {
  readonly name: string
  readonly lines: readonly LogLine[]
}

/** More would not be seen, and 6,000 iterations of eleven methods would be megabytes. */
const POINTS = 240

/** Learning curves: a panel for every term, a line for every run; long logs as means of equal blocks of iterations. */
export function curves(logs: readonly NamedLog[]): string {
  const names = logs.map(({ name }) => name)
  const terms = [
    ...new Set(logs.flatMap(({ lines }) => lines.flatMap((line) => [...Object.keys(line.terms), ...Object.keys(line.noted)]))),
  ]
  const panels = terms.map((term) =>
    draw(`${term} over the iterations`, {
      width: 420,
      height: 200,
      marginLeft: 55,
      marginBottom: 38,
      inset: 0,
      x: { label: 'iteration', labelOffset: 34 },
      y: { label: titleOf(term, logs), grid: true, nice: true },
      color: { domain: names, range: COLOURS },
      marks: [
        Plot.line(
          logs.flatMap(({ name, lines }) => blocks(lines, term).map((point) => ({ name, ...point }))),
          { x: 'iteration', y: 'value', z: 'name', stroke: 'name', strokeWidth: 1.3 },
        ),
      ],
    }),
  )
  return panels.join('\n')
}

/** Iterations per drawn point. */
export function blockLength(lines: readonly LogLine[]): number {
  return Math.max(1, Math.ceil(lines.length / POINTS))
}

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!
}

function titleOf(term: string, logs: readonly NamedLog[]): string {
  const weights = logs.flatMap(({ lines }) => lines.flatMap((line) => (term in line.weights ? [line.weights[term]!] : [])))
  if (weights.length === 0) return `${term} (noted, trains nothing)`
  const [low, high] = [Math.min(...weights), Math.max(...weights)]
  return low === high ? `${term} (raw; weight ${short(low)})` : `${term} (raw; weight ${short(low)} to ${short(high)})`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** Means of blocks; a block without a number is a gap. */
function blocks(lines: readonly LogLine[], term: string): { iteration: number; value: number }[] {
  const length = blockLength(lines)
  const points: { iteration: number; value: number }[] = []
  for (let at = 0; at < lines.length; at += length) {
    const block = lines.slice(at, at + length)
    const values = block.map((line) => line.terms[term] ?? line.noted[term]).filter((value) => typeof value === 'number')
    points.push({
      iteration: mean(block.map(({ iteration }) => iteration)),
      value: values.length === 0 ? Number.NaN : mean(values),
    })
  }
  return points
}
