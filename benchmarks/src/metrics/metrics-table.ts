import Table from 'cli-table3'
import type { Spread } from '../statistics/spread'
import type { MeasuredCase, MeasureRequest } from './measure-case'
import { type LabelSummary, type Measure, summariseCases } from './summarise-cases'

const COLUMNS: readonly [Measure, string, number][] = [
  ['dice', 'Dice', 4],
  ['jaccard', 'Jaccard', 4],
  ['precision', 'precision', 4],
  ['recall', 'recall', 4],
  ['relativeVolumeDifference', 'rel. volume', 3],
  ['hd', 'HD', 3],
  ['hd95', 'HD95', 3],
  ['asd', 'ASD', 3],
  ['assd', 'ASSD', 3],
  ['nsd', 'NSD', 4],
]

/** A line a case, label and definition, then the means. */
export function metricsTable(cases: readonly MeasuredCase[], request: MeasureRequest): string {
  const results = cases.flatMap(({ id, results }) => results.map((result) => ({ id, ...result })))
  const summaries = summariseCases(cases)
  const manyLabels = new Set(summaries.map(({ label }) => label)).size > 1
  const manyDefinitions = request.definitions.length > 1
  const columns = COLUMNS.filter(([measure]) => measure !== 'nsd' || request.tolerance !== undefined)
  const head = [
    'case',
    ...(manyLabels ? ['label'] : []),
    ...(manyDefinitions ? ['definition'] : []),
    ...columns.map(([, name]) => name),
  ]
  const table = new Table({
    head,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: head.map((_, column) => (column < head.length - columns.length ? 'left' : 'right')),
  })
  const keys = (one: { label: number; definition: string }) => [
    ...(manyLabels ? [one.label] : []),
    ...(manyDefinitions ? [one.definition] : []),
  ]
  for (const result of results) {
    const name = result.excluded ? `${result.id} *` : result.id
    table.push([name, ...keys(result), ...columns.map(([measure, , digits]) => result[measure]!.toFixed(digits))])
  }
  if (cases.length > 1) {
    for (const summary of summaries) {
      table.push([
        `mean ± SD of ${summary.cases}`,
        ...keys(summary),
        ...columns.map(([measure, , digits]) => meanCell(summary.measures[measure], digits)),
      ])
    }
  }
  return [stamp(cases, request), table.toString(), ...footnotes(summaries, request)].join('\n')
}

function meanCell(value: Spread | undefined, digits: number): string {
  if (value === undefined) return '-'
  return value.sd === null ? value.mean.toFixed(digits) : `${value.mean.toFixed(digits)} ± ${value.sd.toFixed(digits)}`
}

function stamp(cases: readonly MeasuredCase[], { definitions, empty, spacing, tolerance }: MeasureRequest): string {
  const units = new Set(cases.map(({ unit }) => unit))
  const own = units.size > 1 ? 'mm, in voxels where the files carry no spacing' : units.has('mm') ? 'mm' : 'voxels'
  const unit = spacing === undefined || spacing === 'voxel' ? own : `spacing ${spacing.join(' x ')}`
  const within = tolerance === undefined ? '' : ` · NSD at ${tolerance}`
  return `${definitions.join(', ')} · empty masks: ${empty} · distances in ${unit}${within} · ASD from prediction to reference`
}

function footnotes(summaries: readonly LabelSummary[], { empty }: MeasureRequest): string[] {
  const excluded = summaries.some((summary) => summary.excluded > 0)
  const empties = summaries.some(({ emptyPredictions, emptyReferences }) => emptyPredictions + emptyReferences > 0)
  return [
    ...(excluded ? ['* has an empty mask: left out of the means of distances.'] : []),
    ...(empties && !excluded ? [`Some masks are empty; they score by the policy ${empty}.`] : []),
  ]
}
