// Browser entry.
import { type EvaluateLabels, evaluateLabelsWith } from './evaluate-labels.js'
import { type EvaluateMask, evaluateMaskWith } from './evaluate-mask.js'
import { runPipelineInBrowser } from './run-pipeline.js'
import { type SurfaceDistances, surfaceDistancesWith } from './surface-distances.js'

export * from './index-common.js'

/** {@inheritDoc SurfaceDistances} */
export const surfaceDistances: SurfaceDistances = surfaceDistancesWith(runPipelineInBrowser)
/** {@inheritDoc EvaluateMask} */
export const evaluateMask: EvaluateMask = evaluateMaskWith(runPipelineInBrowser)
/** {@inheritDoc EvaluateLabels} */
export const evaluateLabels: EvaluateLabels = evaluateLabelsWith(runPipelineInBrowser)
