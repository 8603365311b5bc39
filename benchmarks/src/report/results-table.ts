import Table from 'cli-table3'
import type { Spread } from '../statistics/spread'
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
}

const OURS = new Set(['dualnet'])

/** The results table as text: mean ± SD over test cases, medians, empties, and the paper's figures as what they are: another profile. */
export function resultsTable(rows: readonly MethodSummary[], stamp: TableStamp): string {
  const table = new Table({
    head: ['method', 'Dice', 'Jaccard', 'HD95', 'ASD', 'median Dice', 'empty', 'paper, full size: Dice %', 'HD95', 'ASD'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const row of rows) {
    const paper = PUBLISHED[stamp.dataset]?.[row.method]
    table.push([
      OURS.has(row.method) ? `${row.method} (ours)` : row.method,
      plusMinus(row.dice, 3),
      plusMinus(row.jaccard, 3),
      plusMinus(row.hd95, 2),
      plusMinus(row.asd, 2),
      row.dice.median.toFixed(3),
      `${row.emptyPredictions}/${row.predictions}`,
      paper?.dice.toFixed(2) ?? '-',
      paper?.hd95.toFixed(2) ?? '-',
      paper?.asd.toFixed(2) ?? '-',
    ])
  }
  return [`${stampLine(stamp)}`, table.toString(), ...footnotes(stamp)].join('\n')
}

export function stampLine(stamp: TableStamp): string {
  return (
    `${stamp.dataset} · profile ${stamp.profile} · ${[`protocol ${stamp.protocol}`, ...(stamp.beyond ?? [])].join(' · ')} · ${stamp.labelled} labelled · ` +
    `fold ${stamp.folds.join(',')} · seed ${stamp.seeds.join(',')} · ${stamp.engine} · ${stamp.date}`
  )
}

function footnotes(stamp: TableStamp): string[] {
  const notes = [
    'Mean ± SD over test cases, each averaged over its seeds, on the original grid, distances in voxels; an empty prediction scores 0 in all four, as in the papers, and is counted.',
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
