import type { FoldLists } from '@dualseg/data'
import { methods } from '@dualseg/trainer'
import { type ArmSummary, summariseArm } from './arm-summary'
import { type Arm, type Comparison, comparisonsOf } from './comparison'
import type { FoundRuns } from './find-runs'
import { MEASURES, type Measure, type MeasureName } from './measures'
import { PUBLISHED, type PublishedScores } from './published'
import { repeatCommands } from './repeat-command'
import { sharedLabels } from './shared-labels'
import { FEWEST_RUNS, separablyBest, type Verdict, verdictsOf } from './verdict'

/** One table with all that belongs to it, computed; the writers only lay it out. */
export interface ReportedComparison {
  /** `la · profile quick · …`: stands above every table and figure. */
  readonly stamp: string
  readonly comparison: Comparison
  readonly rows: readonly ReportRow[]
  readonly verdicts: Readonly<Record<MeasureName, readonly Verdict[]>>
  /** The one arm that is separably better than every other, by measure. */
  readonly best: Readonly<Record<MeasureName, Arm | null>>
  /** How the figures of every report are to be read, in sentences. */
  readonly reading: readonly string[]
  /** What to beware of in these ones. */
  readonly cautions: readonly string[]
  /** `method: what remains different from its paper`. */
  readonly differs: readonly string[]
  /** See `repeatCommands`. */
  readonly commands: readonly string[]
}

export interface ReportRow extends ArmSummary {
  readonly paper: PublishedScores | undefined
}

export interface Report {
  readonly comparisons: readonly ReportedComparison[]
  readonly unfinished: FoundRuns['unfinished']
  readonly faults: FoundRuns['faults']
}

/**
 * All figures of a report, from runs alone.
 *
 * @param listsOf the fold lists of a data set, undefined where they are not known
 */
export async function makeReport(
  { finished, unfinished, faults }: FoundRuns,
  listsOf: (dataset: string) => Promise<FoldLists | undefined>,
): Promise<Report> {
  const comparisons: ReportedComparison[] = []
  for (const comparison of comparisonsOf(finished)) {
    comparisons.push(reported(comparison, await listsOf(comparison.conditions.dataset)))
  }
  return { comparisons, unfinished, faults }
}

function reported(comparison: Comparison, lists: FoldLists | undefined): ReportedComparison {
  const { arms, conditions } = comparison
  const ratio = testedPerTrained(comparison, lists)
  const verdicts = byMeasure((measure) => verdictsOf(comparison, measure, ratio))
  return {
    stamp: stampOf(comparison),
    comparison,
    rows: arms.map((arm) => ({
      ...summariseArm(arm),
      paper: PUBLISHED[conditions.dataset]?.[arm.name],
    })),
    verdicts,
    best: byMeasure((measure) => separablyBest(arms, verdicts[measure.name])),
    reading: readingOf(ratio),
    cautions: cautionsOf(comparison, lists),
    differs: differsOf(comparison),
    commands: repeatCommands(comparison),
  }
}

function byMeasure<T>(of: (measure: Measure) => T): Record<MeasureName, T> {
  return Object.fromEntries(MEASURES.map((measure) => [measure.name, of(measure)])) as Record<MeasureName, T>
}

function stampOf({ conditions, folds, seeds }: Comparison): string {
  const { dataset, profile, protocol, labelled, engine } = conditions
  return (
    `${dataset} · profile ${profile} · protocol ${protocol} · ${labelled} labelled · fold ${folds.join(',')} · seed ${seeds.join(',')} · ` +
    `${engine.name}, ${engine.device}`
  )
}

/** Without lists, as if the folds of the grid were all there are: an upper bound, so that intervals are rather too wide. */
function testedPerTrained({ folds }: Comparison, lists: FoldLists | undefined): number {
  if (lists === undefined) return 1 / Math.max(1, folds.length - 1)
  return Math.max(...folds.map((fold) => lists.test[fold]!.length / lists.train[fold]!.length))
}

function readingOf(ratio: number): string[] {
  return [
    'Scores are on the original grid, distances in voxels. Means and medians are over test cases, each averaged over its seeds; an empty prediction scores 0 in all four, as in the papers, and is counted.',
    'SD cases: between patients. SD folds: between the folds’ means. SD seeds: between the seeds of a fold, pooled. SD runs: between the means of all runs (fold × seed). None of them stands for another.',
    'Intervals, Wilcoxon’s signed-rank test and Holm’s correction over all pairs are over cases, each averaged over its seeds: they hold given the trained networks and say nothing about training anew.',
    `For training anew there are the runs: Student’s interval of the paired differences over fold × seed, with the variance of overlapping training sets (tested : trained = ${ratio.toFixed(2)}). Differences of distances leave out empty predictions.`,
    'Separable means both: cases and runs tell two methods apart, in the same direction, with 95 % intervals without 0 and Holm’s p below 0.05. A figure is bold only if its method is separable from every other one.',
  ]
}

function cautionsOf(comparison: Comparison, lists: FoldLists | undefined): string[] {
  const { conditions, folds, seeds, arms, missing } = comparison
  const { dataset, profile, labelled } = conditions
  const present = arms.reduce((sum, arm) => sum + arm.runs.length, 0)
  const each = folds.length * seeds.length
  const said: string[] = []
  if (arms.length > 1 && each < FEWEST_RUNS) {
    said.push(`${each === 1 ? 'One run' : 'Two runs'} a method cannot separate methods: take at least three (fold × seed).`)
  }
  if (lists === undefined)
    said.push(`The fold lists of ${dataset} are not known here: whether folds share labelled cases cannot be said.`)
  else said.push(...sharedLabels(lists, folds, labelled))
  if (missing.length > 0) {
    said.push(
      `${missing.length} of ${present + missing.length} runs are missing: ${missing.join('; ')}. Pairs are compared on what both have.`,
    )
  }
  if (profile.startsWith('quick')) {
    said.push('A quick table shows that things work, not which method is better: differences under 0.05 Dice are noise here.')
  }
  if (dataset.endsWith('phantom')) {
    said.push('These are phantom volumes made by this program, not patients; no figure here says anything about an organ.')
  } else if (PUBLISHED[dataset] !== undefined && profile !== 'full') {
    said.push('The paper’s columns are another profile (full size, all folds): they stand for orientation, not for comparison.')
  }
  return said
}

function differsOf({ arms }: Comparison): string[] {
  return [...new Set(arms.map(({ method }) => method))].flatMap((method) =>
    (methods.get(method)?.differs ?? []).map((text) => `${method}: ${text}`),
  )
}
