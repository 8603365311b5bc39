import type { DistanceUnit } from './measures'
import type { ScoredClass } from './of-classes'

/** How the figures of a report are to be read, in sentences. */
export function readingOf(unit: DistanceUnit, scored: ScoredClass | undefined): string[] {
  return [scoresRead(unit, scored), ...READING, ...(scored === undefined ? [] : [FAMILY])]
}

function scoresRead(unit: DistanceUnit, scored: ScoredClass | undefined): string {
  const empties =
    scored === undefined
      ? 'an empty prediction scores 0 in all four, as in the papers, and is counted'
      : scored.label === undefined
        ? 'a case scores the mean over its classes, what is empty by the rule `diagonal` (Dice 1 and distances 0 where prediction and reference are, else Dice 0 and the volume’s diagonal); a prediction without any class is counted'
        : 'what is empty scores by the rule `diagonal` (Dice 1 and distances 0 where prediction and reference are, else Dice 0 and the volume’s diagonal), and empty predictions are counted'
  return `Scores are on the original grid, distances in ${unit}. Means and medians are over test cases, each averaged over its seeds; ${empties}.`
}

/** Where there are several classes. */
const FAMILY =
  'Holm’s correction is over the pairs of methods in all classes together; the means over the classes are a family of their own.'

const READING: readonly string[] = [
  'SD cases: between patients. SD folds: between the folds’ means. SD seeds: between the seeds of a fold, pooled. SD runs: between the means of all runs (fold × seed). None of them stands for another.',
  'Intervals, Wilcoxon’s signed-rank test and Holm’s correction over all pairs (of methods, and of each with its supervised twin) are over cases, each averaged over its seeds: they hold given the trained networks and say nothing about training anew.',
  'For training anew there are the runs: Student’s interval of the paired differences, over different sets of labelled cases; runs (fold × seed) that share theirs are averaged first. It has the variance of overlapping training sets; tested : trained stands beside it and counts what the runs were really trained on. Differences of distances leave out empty predictions.',
  'Separable means both: cases and runs tell two methods apart, in the same direction, with 95 % intervals without 0 and Holm’s p below 0.05. A figure is bold only if its method is separable from every other one and from its own twin.',
]
