import Table from 'cli-table3'
import type { Interval } from '../statistics/bootstrap-interval'
import { caseValues, type RunScores } from '../statistics/case-values'
import { comparePaired } from '../statistics/paired-comparison'
import { ABOUT_TWINS } from './from-unlabelled'
import { figure, signed } from './measures'
import type { MethodSummary } from './summary'
import { twinRow } from './supervised-twins'

/** A row of a grid's table with the cases of its runs. */
export interface ScoredRow {
  /** Of its method; the summary's own is the title, which says what it goes without. */
  readonly method: string
  readonly summary: MethodSummary
  readonly runs: readonly RunScores<'dice'>[]
}

/** What the unlabelled scans added to a method's Dice, over the cases and given the trained networks. */
export interface DiceFromUnlabelled {
  readonly method: string
  readonly twin: string
  readonly own: number
  readonly twinDice: number
  /** Method minus twin. */
  readonly difference: number
  readonly interval: Interval | null
}

/** One for each row whose twin has a row. */
export function diceFromUnlabelled(rows: readonly ScoredRow[], protocol: string): DiceFromUnlabelled[] {
  return rows.flatMap((row) => {
    const twin = twinRow(row, rows, protocol)
    if (twin === undefined) return []
    const [ours, theirs] = [caseValues(row.runs, 'dice'), caseValues(twin.runs, 'dice')]
    if (![...ours.keys()].some((id) => theirs.has(id))) return []
    const { difference, interval } = comparePaired(ours, theirs)
    const [own, twinDice] = [row.summary.dice.mean, twin.summary.dice.mean]
    return [{ method: row.summary.method, twin: twin.method, own, twinDice, difference, interval }]
  })
}

/** The same as text; nothing where no twin is there. */
export function twinsTable(found: readonly DiceFromUnlabelled[]): string[] {
  if (found.length === 0) return []
  const table = new Table({
    head: ['method', 'Dice', 'supervised twin', 'its Dice', 'from unlabelled scans', '95 % interval over cases'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'left', 'right', 'right', 'right'],
  })
  for (const { method, twin, own, twinDice, difference, interval } of found) {
    const range = interval === null ? '–' : `${signed(interval.low, 3)} to ${signed(interval.high, 3)}`
    table.push([method, figure(own, 3), twin, figure(twinDice, 3), signed(difference, 3), range])
  }
  return [
    table.toString(),
    ABOUT_TWINS,
    'The interval holds given the trained networks and says nothing about training anew: bench compare <method> --twin.',
  ]
}
