import { binaryPair } from './check-masks.js'
import { checkOptions, MEASURE_OPTIONS } from './check-options.js'
import type { DistanceMeasures } from './definition.js'
import type { EmptyPolicy } from './empty-policy.js'
import type { LabelStatistics } from './label-statistics.js'
import type { Mask } from './mask.js'
import { type MeasuredBy, type MeasureOptions, measuredBy } from './measure-options.js'
import { type Overlap, overlapFromCounts } from './overlap.js'
import { ownBytes, pipelineCall, type RunPipeline } from './pipeline-call.js'
import { scoreDistances } from './score-label.js'

export interface EvaluateMaskOptions extends MeasureOptions {
  /** What empty masks score; `'zero'` is the papers' rule. Not defaulted, because it decides who wins. */
  empty: EmptyPolicy
}

/** Every measure of one mask, and the rules that it was measured by. */
export interface MaskEvaluation extends Overlap, DistanceMeasures, MeasuredBy {
  emptyPrediction: boolean
  emptyReference: boolean
  /** True if policy `exclude` met an empty mask: leave the case out of the means of distances. */
  excluded: boolean
  /** Browser only: the worker that did it. */
  webWorker?: Worker
}

/**
 * Overlap and surface distances of one case: Dice, Jaccard, precision, recall, volume difference, HD, HD95, ASD, ASSD and, at a
 * tolerance, NSD. The papers' four are `dice`, `jaccard`, `hd95` and `asd`.
 *
 * @param prediction mask under test
 * @param reference mask to compare with, of the same size and spacing
 * @throws as `surfaceDistances`
 */
export type EvaluateMask = (prediction: Mask, reference: Mask, options: EvaluateMaskOptions) => Promise<MaskEvaluation>

/** Makes `evaluateMask` for a platform. */
export function evaluateMaskWith(run: RunPipeline): EvaluateMask {
  return async (prediction, reference, options) => {
    const where = 'evaluateMask'
    checkOptions(options, MEASURE_OPTIONS, where)
    const { maps, spacing } = binaryPair(prediction, reference, options.spacing, where)
    const rules = measuredBy(options, options.empty, spacing, where)
    const own = [ownBytes(maps[0], prediction.data), ownBytes(maps[1], reference.data)] as const
    const call = pipelineCall(own, reference.size, rules, { labels: [1] }, where)
    return run(call, ({ labels }) => evaluateStatistics(labels[0]!, reference.size, rules, where), options)
  }
}

/** The evaluation of one label from what the pipeline says of it. */
export function evaluateStatistics(
  statistics: LabelStatistics,
  size: readonly number[],
  rules: MeasuredBy,
  where: string,
): MaskEvaluation {
  const [prediction, reference, intersection] = statistics.voxels
  const { measures, substitute, ...scored } = scoreDistances(statistics, size, rules, where)
  const voxelVolume = rules.spacing.reduce((product, s) => product * s, 1)
  const overlap = overlapFromCounts({ prediction, reference, intersection }, voxelVolume)
  // The rules named zero give every score, also the Dice of two empty masks.
  const scoresNothing = substitute !== undefined && (rules.empty === 'zero' || rules.empty === 'zero-either')
  return { ...overlap, ...(scoresNothing && { dice: 0, jaccard: 0 }), ...measures, ...scored, ...rules }
}
