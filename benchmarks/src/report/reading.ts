/** How the figures of every report are to be read, in sentences. */
export const READING: readonly string[] = [
  'Scores are on the original grid, distances in voxels. Means and medians are over test cases, each averaged over its seeds; an empty prediction scores 0 in all four, as in the papers, and is counted.',
  'SD cases: between patients. SD folds: between the folds’ means. SD seeds: between the seeds of a fold, pooled. SD runs: between the means of all runs (fold × seed). None of them stands for another.',
  'Intervals, Wilcoxon’s signed-rank test and Holm’s correction over all pairs (of methods, and of each with its supervised twin) are over cases, each averaged over its seeds: they hold given the trained networks and say nothing about training anew.',
  'For training anew there are the runs: Student’s interval of the paired differences, over different sets of labelled cases; runs (fold × seed) that share theirs are averaged first. It has the variance of overlapping training sets; tested : trained stands beside it and counts what the runs were really trained on. Differences of distances leave out empty predictions.',
  'Separable means both: cases and runs tell two methods apart, in the same direction, with 95 % intervals without 0 and Holm’s p below 0.05. A figure is bold only if its method is separable from every other one and from its own twin.',
]
