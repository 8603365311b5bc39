import { checkSameSpace, resolveSpacing } from './check-masks.js'
import { checkOptions, MEASURE_OPTIONS } from './check-options.js'
import { type EvaluateMaskOptions, evaluateStatistics, type MaskEvaluation } from './evaluate-mask.js'
import { labelBytes } from './label-bytes.js'
import type { LabelMap } from './mask.js'
import { type MeasuredBy, measuredBy } from './measure-options.js'
import { pipelineCall, type RunPipeline } from './pipeline-call.js'

export interface EvaluateLabelsOptions extends EvaluateMaskOptions {
  /** Labels to evaluate, above 0; one that both maps lack scores as two empty masks. @default all that either map holds */
  labels?: readonly number[]
}

/** Every measure of one label against all the rest. */
export interface LabelEvaluation extends Omit<MaskEvaluation, 'webWorker'> {
  label: number
}

export interface LabelsEvaluation extends MeasuredBy {
  /** By ascending label; background, 0, is none. Empty if neither map holds a label. */
  labels: LabelEvaluation[]
  /** Browser only: the worker that did it. */
  webWorker?: Worker
}

/**
 * The measures of `evaluateMask` for every label of two label maps, in one pass over the voxels.
 *
 * @param prediction whole numbers from 0 (background), at most 255 different ones beside it
 * @param reference of the same size and spacing
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE, DUALSEG_PIPELINE as `evaluateMask`
 */
export type EvaluateLabels = (
  prediction: LabelMap,
  reference: LabelMap,
  options: EvaluateLabelsOptions,
) => Promise<LabelsEvaluation>

/** Makes `evaluateLabels` for a platform. */
export function evaluateLabelsWith(run: RunPipeline): EvaluateLabels {
  return async (prediction, reference, options) => {
    const where = 'evaluateLabels'
    checkOptions(options, [...MEASURE_OPTIONS, 'labels'], where)
    const { maps, labels, labelOf } = labelBytes(prediction, reference, options.labels, where)
    checkSameSpace(prediction, reference, where)
    const spacing = resolveSpacing(prediction, reference, options.spacing, where)
    const rules = measuredBy(options, options.empty, spacing, where)
    const call = pipelineCall(maps, reference.size, rules, { labels }, where)
    return run(
      call,
      (answer) => ({
        labels: answer.labels
          .map((statistics) => {
            const label = labelOf(statistics.label)
            return { label, ...evaluateStatistics(statistics, reference.size, rules, `${where}: label ${label}`) }
          })
          .sort((a, b) => a.label - b.label),
        ...rules,
      }),
      options,
    )
  }
}
