import Table from 'cli-table3'
import type { Spread } from '../statistics/spread'
import type { DistanceUnit } from './measures'
import { PUBLISHED } from './published'
import type { MethodSummary } from './summary'

export interface TableStamp {
  /** `la`, or `la phantom` when the volumes are the built-in ones. */
  dataset: string
  profile: string
  protocol: string
  /** What was done beyond the protocol, in words. */
  beyond?: readonly string[]
  labelled: number | 'all'
  folds: readonly number[]
  seeds: readonly number[]
  engine: string
  date: string
  /** Of distances. @default 'voxels' */
  distances?: DistanceUnit
}

/** A method, and its scores class by class where there are several: its own are means over them then. */
export type TableRow = MethodSummary & { readonly classes?: readonly MethodSummary[] }

const OURS = new Set(['dualnet'])

/** The results table as text: mean ± SD over test cases, medians, empties, and the paper's figures as what they are: another profile. */
export function resultsTable(rows: readonly TableRow[], stamp: TableStamp): string {
  const { distances = 'voxels' } = stamp
  const table = new Table({
    head: [
      'method',
      'Dice',
      'Jaccard',
      `HD95 (${distances})`,
      `ASD (${distances})`,
      'median Dice',
      'empty',
      'paper, full size: Dice %',
      'HD95',
      'ASD',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const row of rows) {
    const paper = PUBLISHED[stamp.dataset]?.[row.method]
    table.push([
      OURS.has(row.method) ? `${row.method} (ours)` : row.method,
      ...scoreCells(row),
      paper?.dice.toFixed(2) ?? '-',
      paper?.hd95.toFixed(2) ?? '-',
      paper?.asd.toFixed(2) ?? '-',
    ])
    for (const one of row.classes ?? []) table.push([`  ${one.method}`, ...scoreCells(one), '', '', ''])
  }
  return [`${stampLine(stamp)}`, table.toString(), ...footnotes(stamp, rows)].join('\n')
}

export function stampLine(stamp: TableStamp): string {
  return (
    `${stamp.dataset} · profile ${stamp.profile} · ${[`protocol ${stamp.protocol}`, ...(stamp.beyond ?? [])].join(' · ')} · ${stamp.labelled} labelled · ` +
    `fold ${stamp.folds.join(',')} · seed ${stamp.seeds.join(',')} · ${stamp.engine} · ${stamp.date}`
  )
}

function scoreCells(row: MethodSummary): string[] {
  return [
    plusMinus(row.dice, 3),
    plusMinus(row.jaccard, 3),
    plusMinus(row.hd95, 2),
    plusMinus(row.asd, 2),
    row.dice.median.toFixed(3),
    `${row.emptyPredictions}/${row.predictions}`,
  ]
}

function footnotes(stamp: TableStamp, rows: readonly TableRow[]): string[] {
  const { distances = 'voxels' } = stamp
  const empties = rows.some(({ classes }) => classes !== undefined)
    ? 'a method’s own row is the mean over the classes below it; what is empty scores by the rule `diagonal`: Dice 1 and distances 0 where the reference is empty too, else Dice 0 and the volume’s diagonal'
    : 'an empty prediction scores 0 in all four, as in the papers, and is counted'
  const notes = [
    `Mean ± SD over test cases, each averaged over its seeds, on the original grid, distances in ${distances}; ${empties}.`,
  ]
  if (stamp.profile.startsWith('quick')) {
    notes.push('A quick table shows that things work, not which method is better: differences under 0.05 Dice are noise here.')
  }
  if (stamp.dataset.includes('phantom')) {
    notes.push('These are phantom volumes made by this program, not patients; no figure here says anything about an organ.')
  } else if (PUBLISHED[stamp.dataset] !== undefined && stamp.profile !== 'full') {
    notes.push("The paper's columns are another profile (full size, all folds): they stand for orientation, not for comparison.")
  } else if (PUBLISHED[stamp.dataset] !== undefined && stamp.beyond !== undefined) {
    notes.push("The paper's columns are of runs without augmentation and mirroring.")
  }
  return notes
}

function plusMinus(value: Spread, digits: number): string {
  return value.sd === null ? value.mean.toFixed(digits) : `${value.mean.toFixed(digits)} ± ${value.sd.toFixed(digits)}`
}
