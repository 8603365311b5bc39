import { stringify } from 'csv-stringify/sync'
import type { MeasuredCase } from './measure-case'
import { MEASURES } from './summarise-cases'

const COLUMNS = [
  'definition',
  'empty',
  'spacing',
  'tolerance',
  ...MEASURES,
  'emptyPrediction',
  'emptyReference',
  'excluded',
] as const

/** A line a case, label and definition, in full precision. */
export function metricsCsv(cases: readonly MeasuredCase[]): string {
  const rows = cases.flatMap(({ id, unit, results }) =>
    results.map((result) => [id, result.label, unit, ...COLUMNS.map((column) => cell(result[column]))]),
  )
  return stringify([['case', 'label', 'unit', ...COLUMNS], ...rows]).trimEnd()
}

function cell(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : String(value ?? '')
}
