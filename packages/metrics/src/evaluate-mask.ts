import { checkSameSpace, maskBytes } from './check-masks.js'
import { checkPolicy, type EmptyPolicy } from './empty-policy.js'
import type { Mask } from './mask.js'
import { countOverlap, overlapFromCounts } from './overlap.js'
import type { SurfaceDistancesOptions } from './surface-distances-options.js'
import type { SurfaceDistancesResult } from './surface-distances-result.js'

export interface EvaluateMaskOptions extends Pick<SurfaceDistancesOptions, 'spacing' | 'webWorker'> {
  /** What empty masks score; `'zero'` is the papers' rule. Not defaulted, because it decides who wins. */
  empty: EmptyPolicy
}

/** The four measures of the papers for one case. */
export interface MaskEvaluation {
  dice: number
  jaccard: number
  /** 95th percentile of both directions pooled, in the unit of the spacing. */
  hd95: number
  /** Mean distance from prediction to reference, in the unit of the spacing. */
  asd: number
  emptyPrediction: boolean
  emptyReference: boolean
  /** True if policy `exclude` met an empty mask: leave the case out of the means of `hd95` and `asd`. */
  excluded: boolean
  empty: EmptyPolicy
  definition: 'medpy'
  /** Browser only: the worker that did it. */
  webWorker?: Worker
}

export type EvaluateMask = (prediction: Mask, reference: Mask, options: EvaluateMaskOptions) => Promise<MaskEvaluation>

type MeasureDistances = (prediction: Mask, reference: Mask, options?: SurfaceDistancesOptions) => Promise<SurfaceDistancesResult>

/** Makes `evaluateMask` for a platform's `surfaceDistances`. */
export function evaluateMaskWith(surfaceDistances: MeasureDistances): EvaluateMask {
  return async (prediction, reference, options) => {
    const where = 'evaluateMask'
    const { empty } = options
    checkPolicy(empty, where)
    const bytes = [maskBytes(prediction, `${where}: prediction`), maskBytes(reference, `${where}: reference`)] as const
    checkSameSpace(prediction, reference, where)
    const { dice, jaccard } = overlapFromCounts(countOverlap(...bytes))
    const { hd95, asd, emptyPrediction, emptyReference, excluded, definition, webWorker } = await surfaceDistances(
      prediction,
      reference,
      options,
    )
    // The rules named zero give every measure, also the Dice of two empty masks.
    const scoresNothing = (empty === 'zero' || empty === 'zero-either') && (emptyPrediction || emptyReference)
    return {
      dice: scoresNothing ? 0 : dice,
      jaccard: scoresNothing ? 0 : jaccard,
      hd95,
      asd,
      emptyPrediction,
      emptyReference,
      excluded,
      empty,
      definition,
      ...(webWorker ? { webWorker } : {}),
    }
  }
}
