import { methods } from '@dualseg/trainer'
import type { Arm } from './arm'
import { type ArmSummary, summariseArm } from './arm-summary'
import { type BestCheckpoint, bestCheckpoints } from './best-checkpoint'
import { beyondProtocol } from './beyond-protocol'
import { cautionsOf } from './cautions'
import { type Comparison, comparisonsOf } from './comparison'
import type { FoundRuns } from './find-runs'
import { type FromUnlabelled, fromUnlabelled } from './from-unlabelled'
import { type ListedData, withKnownSplits } from './known-splits'
import { type LabelCourses, labelCoursesOf } from './label-courses'
import { type DistanceUnit, distanceUnitOf, MEASURES, type Measure, type MeasureName, measuresIn } from './measures'
import { ofClasses } from './of-classes'
import { type OverallRanks, overallRanks } from './overall-ranks'
import { PUBLISHED, type PublishedScores } from './published'
import { readingOf } from './reading'
import { repeatCommands } from './repeat-command'
import { armName } from './run-name'
import { type TellingCases, tellingCases } from './telling-cases'
import { separablyBest, type Verdict, verdictsOfFamily } from './verdict'
import { whatRowsSee } from './what-rows-see'

/** One table with all that belongs to it, computed; the writers only lay it out. */
export interface ReportedComparison {
  /** `la · profile quick · …`: stands above every table and figure. */
  readonly stamp: string
  readonly comparison: Comparison
  /** Of distances. */
  readonly unit: DistanceUnit
  /** What is reported, the unit in the titles of distances. */
  readonly measures: readonly Measure[]
  readonly rows: readonly ReportRow[]
  readonly verdicts: Readonly<Record<MeasureName, readonly Verdict[]>>
  /** The one arm that is separably better than every other, by measure. */
  readonly best: Readonly<Record<MeasureName, Arm | null>>
  /** Where twins are rows. */
  readonly unlabelled: readonly FromUnlabelled[]
  /** How the figures of every report are to be read, in sentences. */
  readonly reading: readonly string[]
  /** Which cases to look at. */
  readonly telling: TellingCases
  /** What picking checkpoints by test cases would have added. */
  readonly bestCheckpoints: readonly BestCheckpoint[]
  /** What to beware of in these ones. */
  readonly cautions: readonly string[]
  /** See `whatRowsSee`. */
  readonly seen: readonly string[]
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
  /** Where comparisons differ in the number of labelled cases. */
  readonly labelCourses: readonly LabelCourses[]
  /** Where several tables have the same methods. */
  readonly overallRanks: readonly OverallRanks[]
  readonly unfinished: FoundRuns['unfinished']
  readonly faults: FoundRuns['faults']
}

/**
 * All figures of a report, from runs alone.
 *
 * @param listed what is here of a data set, for runs that kept no lists of their cases; undefined where it is not known
 */
export async function makeReport(
  { finished, unfinished, faults }: FoundRuns,
  listed: (dataset: string) => Promise<ListedData | undefined>,
): Promise<Report> {
  const comparisons = comparisonsOf(await withKnownSplits(finished, listed)).flatMap(reportedOf)
  const tables = comparisons.map(({ comparison }) => comparison)
  return { comparisons, labelCourses: labelCoursesOf(tables), overallRanks: overallRanks(tables), unfinished, faults }
}

/** The comparison; where there are several classes that of their means, and those of the classes, whose pairs are one family. */
function reportedOf(comparison: Comparison): ReportedComparison[] {
  const [whole, ...classes] = ofClasses(comparison)
  const ofFamily = (family: readonly Comparison[]) => {
    const verdicts = byMeasure((measure) => verdictsOfFamily(family, measure))
    return family.map((one, index) =>
      reported(
        one,
        byMeasure(({ name }) => verdicts[name][index]!),
      ),
    )
  }
  return [...ofFamily([whole!]), ...ofFamily(classes)]
}

function reported(comparison: Comparison, verdicts: ReportedComparison['verdicts']): ReportedComparison {
  const { arms, conditions, scored } = comparison
  const unit = distanceUnitOf(conditions.settings)
  const rows = arms.map((arm) => ({
    ...summariseArm(arm),
    paper: PUBLISHED[conditions.dataset]?.[armName({ name: arm.method, without: arm.without })],
  }))
  return {
    stamp: stampOf(comparison),
    comparison,
    unit,
    measures: measuresIn(unit),
    rows,
    verdicts,
    best: byMeasure((measure) => separablyBest(arms, verdicts[measure.name])),
    unlabelled: fromUnlabelled(rows, verdicts, conditions.protocol),
    telling: tellingCases(arms),
    // Tests on the way keep means over the classes alone.
    bestCheckpoints: scored?.label === undefined ? bestCheckpoints(arms) : [],
    reading: readingOf(unit, scored),
    cautions: cautionsOf(comparison),
    seen: whatRowsSee(arms.map(({ name, method, runs }) => ({ name, method, settings: runs[0]!.config.settings }))),
    differs: differsOf(comparison),
    commands: repeatCommands(comparison),
  }
}

function byMeasure<T>(of: (measure: Measure) => T): Record<MeasureName, T> {
  return Object.fromEntries(MEASURES.map((measure) => [measure.name, of(measure)])) as Record<MeasureName, T>
}

function stampOf({ conditions, folds, seeds, part, scored }: Comparison): string {
  const { dataset, profile, protocol, settings, labelled, engine } = conditions
  return (
    `${dataset} · profile ${profile} · ${[`protocol ${protocol}`, ...beyondProtocol(settings)].join(' · ')} · ${labelled} labelled · fold ${folds.join(',')} · seed ${seeds.join(',')} · ` +
    `${engine.name}, ${engine.device}${scored === undefined ? '' : ` · ${scored.title}`}${part === undefined ? '' : ` · part ${part.number} of ${part.of}, kept apart`}`
  )
}

function differsOf({ arms }: Comparison): string[] {
  return [...new Set(arms.map(({ method }) => method))].flatMap((method) =>
    (methods.get(method)?.differs ?? []).map((text) => `${method}: ${text}`),
  )
}
