// Node entry. The names without `Node` are the same functions, so that one import works on both platforms.
import { type EvaluateLabels, evaluateLabelsWith } from './evaluate-labels.js'
import { type EvaluateMask, evaluateMaskWith } from './evaluate-mask.js'
import { runPipelineNode } from './run-pipeline-node.js'
import { type SurfaceDistances, surfaceDistancesWith } from './surface-distances.js'

export * from './index-common.js'

/** {@inheritDoc SurfaceDistances} */
export const surfaceDistancesNode: SurfaceDistances = surfaceDistancesWith(runPipelineNode)
/** {@inheritDoc EvaluateMask} */
export const evaluateMaskNode: EvaluateMask = evaluateMaskWith(runPipelineNode)
/** {@inheritDoc EvaluateLabels} */
export const evaluateLabelsNode: EvaluateLabels = evaluateLabelsWith(runPipelineNode)
export { evaluateLabelsNode as evaluateLabels, evaluateMaskNode as evaluateMask, surfaceDistancesNode as surfaceDistances }
