import type { Volume } from '@dualseg/data'
import { evaluateLabels, evaluateMask, type MaskEvaluation } from '@dualseg/metrics'
import type { TrainingSettings } from '../training/settings'
import type { CaseResult, ClassScores } from './test-plan'

/** Scores a case by the rules that {@link CaseResult} names. */
export async function scorePrediction(
  prediction: Volume<Uint8Array>,
  reference: Volume<Uint8Array>,
  { classes, distanceUnit }: Pick<TrainingSettings, 'classes' | 'distanceUnit'>,
): Promise<Omit<CaseResult, 'id'>> {
  const { size } = reference
  // Without spacing: distances in voxels of the original grid, as the papers have them.
  const spacing = distanceUnit === 'mm' ? reference.spacing : 'voxel'
  const masks = [
    { data: prediction.data, size },
    { data: reference.data, size },
  ] as const
  const isEmpty = ({ data }: Volume) => data.every((label) => label === 0)
  if (classes === 2) return scoresOf(await evaluateMask(...masks, { empty: isEmpty(reference) ? 'diagonal' : 'zero', spacing }))
  const labels = Array.from({ length: classes - 1 }, (_, index) => index + 1)
  const evaluated = await evaluateLabels(...masks, { empty: 'diagonal', spacing, labels })
  const ofClasses = evaluated.labels.map((one) => scoresOf(one))
  const mean = (measure: 'dice' | 'jaccard' | 'hd95' | 'asd') =>
    ofClasses.reduce((sum, one) => sum + one[measure], 0) / ofClasses.length
  return {
    dice: mean('dice'),
    jaccard: mean('jaccard'),
    hd95: mean('hd95'),
    asd: mean('asd'),
    emptyPrediction: isEmpty(prediction),
    ...(isEmpty(reference) && { emptyReference: true }),
    classes: ofClasses,
  }
}

type Evaluated = Pick<MaskEvaluation, keyof ClassScores & keyof MaskEvaluation>

function scoresOf({ dice, jaccard, hd95, asd, emptyPrediction, emptyReference }: Evaluated): ClassScores {
  return { dice, jaccard, hd95, asd, emptyPrediction, ...(emptyReference && { emptyReference }) }
}
