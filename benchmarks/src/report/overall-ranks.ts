import { mean } from 'simple-statistics'
import { midRanks } from '../statistics/mid-ranks'
import { criticalDifference } from '../statistics/nemenyi'
import { summariseArm } from './arm-summary'
import type { Comparison } from './comparison'
import { figure, MEASURES, type Measure } from './measures'
import { isTwin } from './supervised-twins'

/** Fewer settings than this say nothing of others. */
const FEWEST_SETTINGS = 2

/** Methods over all tables that have them, by their ranks in each. */
export interface OverallRanks {
  readonly measure: Measure
  /** Tables. */
  readonly settings: number
  /** Different data sets among them. */
  readonly datasets: number
  /** 1 is best; equal means share their ranks. Best first. */
  readonly ranks: readonly { readonly name: string; readonly rank: number }[]
  /** Nemenyi's, at 95 %. */
  readonly criticalDifference: number
}

/** Of the methods that every table with several of them has, one entry a measure; nothing where there are fewer than two tables or methods. */
export function overallRanks(comparisons: readonly Comparison[]): OverallRanks[] {
  // Those of single classes are of the same runs as that of their means.
  const settings = comparisons
    .filter(({ scored }) => scored?.label === undefined)
    .map(({ arms, conditions }) => ({ dataset: conditions.dataset, arms: arms.filter((arm) => !isTwin(arm)) }))
    .filter(({ arms }) => arms.length > 1)
  const names = settings
    .map(({ arms }) => arms.map(({ name }) => name))
    .reduce((a, b) => a.filter((name) => b.includes(name)), settings[0]?.arms.map(({ name }) => name) ?? [])
  if (settings.length < FEWEST_SETTINGS || names.length < 2) return []
  const summaries = settings.map(({ arms }) => names.map((name) => summariseArm(arms.find((arm) => arm.name === name)!)))
  const datasets = new Set(settings.map(({ dataset }) => dataset)).size
  return MEASURES.map((measure) => {
    const sign = measure.better === 'higher' ? -1 : 1
    const ofSettings = summaries.map((rows) => midRanks(rows.map((row) => sign * row.measures[measure.name].mean)))
    const ranks = names.map((name, i) => ({ name, rank: mean(ofSettings.map((ofSetting) => ofSetting[i]!)) }))
    return {
      measure,
      settings: settings.length,
      datasets,
      ranks: ranks.sort((a, b) => a.rank - b.rank),
      criticalDifference: criticalDifference(names.length, settings.length),
    }
  })
}

/** `Dice: dualnet 1.5, mt 2.0 …; two that are less than 1.90 apart may be so by chance.` */
export function overallRanksText({ measure, settings, datasets, ranks, criticalDifference }: OverallRanks): string {
  const listed = ranks.map(({ name, rank }) => `${name} ${figure(rank, 2)}`).join(', ')
  const [first, last] = [ranks[0]!, ranks.at(-1)!]
  const told = last.rank - first.rank > criticalDifference
  return `${measure.title}, mean rank over ${settings} tables of ${datasets === 1 ? 'one data set' : `${datasets} data sets`}: ${listed}; critical difference ${figure(criticalDifference, 2)}: ${told ? `those that far behind ${first.name} are told apart from it` : 'no two are told apart'}.`
}

/** What the ranks over tables are and are not. */
export const ABOUT_OVERALL_RANKS =
  'Ranks over tables count every table once, as if they were independent: tables of one data set, as with other numbers of labelled cases, share their cases, so that the critical difference (Nemenyi, 95 %) is too small there.'
