import * as Plot from '@observablehq/plot'
import type { LabelCourses } from '../label-courses'
import { figure, type Measure } from '../measures'
import { isTwin } from '../supervised-twins'
import { COLOURS, draw } from './draw'

/** A line a method over the number of labelled cases, twins dashed, with the interval over cases; the upper bound of `supervised`, or of the best twin, as a line. */
export function labelCourses({ courses }: LabelCourses, measure: Measure): string {
  const points = courses.flatMap((course) =>
    course.points.map(({ labelled, isAll, mean, interval }) => ({
      name: course.name,
      twin: isTwin(course),
      labelled,
      isAll,
      value: mean[measure.name],
      low: interval[measure.name]?.low ?? mean[measure.name],
      high: interval[measure.name]?.high ?? mean[measure.name],
      text: `${course.name}, ${isAll ? 'all ' : ''}${figure(labelled, 0)} labelled: ${figure(mean[measure.name], measure.digits)}`,
    })),
  )
  const names = courses.map(({ name }) => name)
  const bounds = points.filter(({ isAll, name }) => isAll && name === 'supervised')
  const ends = courses.map(({ name }) => points.findLast((point) => point.name === name)!)
  const counts = [...new Set(points.map(({ labelled }) => labelled))]
  const line = (twins: boolean) =>
    Plot.line(
      points.filter(({ twin }) => twin === twins),
      { x: 'labelled', y: 'value', z: 'name', stroke: 'name', strokeWidth: 1.6, ...(twins && { strokeDasharray: '4 3' }) },
    )
  return draw(`${measure.title} over the number of labelled cases`, {
    height: 420,
    marginLeft: 55,
    marginRight: 20 + 7 * Math.max(...names.map((name) => name.length)),
    x: {
      type: 'log',
      axis: null,
    },
    y: { label: `${measure.title} (better: ${measure.better})`, grid: true, nice: true },
    color: { domain: names, range: COLOURS },
    marks: [
      // Every number is named; a logarithmic axis of its own would leave some out.
      Plot.axisX(counts, { label: 'labelled cases', labelOffset: 40, text: (value: number) => figure(value, 0) }),
      Plot.ruleY(bounds, { y: 'value', stroke: 'currentColor', strokeDasharray: '1 3', title: 'text' }),
      Plot.ruleX(points, { x: 'labelled', y1: 'low', y2: 'high', stroke: 'name', strokeOpacity: 0.45 }),
      line(false),
      line(true),
      Plot.dot(points, { x: 'labelled', y: 'value', fill: 'name', r: 3, title: 'text' }),
      ...[false, true].map((twins) =>
        Plot.text(
          ends.filter(({ twin }) => twin === twins),
          { x: 'labelled', y: 'value', text: 'name', fill: 'name', textAnchor: 'start', dx: 8, dy: twins ? 8 : -7 },
        ),
      ),
    ],
  })
}
