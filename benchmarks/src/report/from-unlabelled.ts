import type { Arm } from './arm'
import type { ArmSummary } from './arm-summary'
import { figure, MEASURES, type Measure, type MeasureName, signed } from './measures'
import { isTwin, twinRow } from './supervised-twins'
import { fromSideOf, type Verdict } from './verdict'

/** What the unlabelled scans added to one method: its figures beside those of its supervised twin. */
export interface FromUnlabelled {
  readonly arm: Arm
  readonly twin: Arm
  readonly measures: Readonly<Record<MeasureName, TwinDifference>>
}

export interface TwinDifference {
  /** Means of the table. */
  readonly own: number
  readonly twin: number
  /** The method minus its twin. */
  readonly verdict: Verdict
}

/** One for each row whose twin is a row too. */
export function fromUnlabelled(
  rows: readonly ArmSummary[],
  verdicts: Readonly<Record<MeasureName, readonly Verdict[]>>,
  protocol: string,
): FromUnlabelled[] {
  return rows.flatMap((row) => {
    const { arm } = row
    const twin = twinRow(
      arm,
      rows.map((other) => other.arm),
      protocol,
    )
    if (twin === undefined || isTwin(arm)) return []
    const ofTwin = rows.find((other) => other.arm === twin)!
    const measures = MEASURES.map(({ name }) => {
      const verdict = verdicts[name].find(({ a, b }) => (a === arm && b === twin) || (a === twin && b === arm))!
      return [name, { own: row.measures[name].mean, twin: ofTwin.measures[name].mean, verdict: fromSideOf(arm, verdict) }]
    })
    return [{ arm, twin, measures: Object.fromEntries(measures) as FromUnlabelled['measures'] }]
  })
}

/** The heads of the table that goes with {@link fromUnlabelledCells}. */
export const FROM_UNLABELLED_HEADS = [
  'measure',
  'method',
  'own',
  'supervised twin',
  'its figure',
  'from unlabelled scans',
  '95 % interval over cases',
  'over labelled sets',
] as const

/** The first, second and fourth of words, the others of figures. */
export function fromUnlabelledCells({ arm, twin, measures }: FromUnlabelled, { name, title, digits }: Measure): string[] {
  const { own, twin: ofTwin, verdict } = measures[name]
  const range = (interval: { low: number; high: number } | null | undefined) =>
    interval ? `${signed(interval.low, digits)} to ${signed(interval.high, digits)}` : '–'
  const { cases, runs } = verdict
  return [
    title,
    arm.name,
    figure(own, digits),
    twin.name,
    figure(ofTwin, digits),
    cases === null ? '–' : signed(cases.difference, digits),
    range(cases?.interval),
    range(runs.interval),
  ]
}

/** What the table shows and does not. */
export const ABOUT_TWINS =
  'A supervised twin has its method’s networks, starting values, labelled batches and prediction, and of its terms those for labelled samples alone; methods may share one. The difference is what the unlabelled scans added, batch statistics included: a twin’s labelled samples pass alone.'
