import { fromTensorOrder, reorient, toTensorOrder, upsampleTrilinear, type Volume } from '@dualseg/data'
import { evaluateMask } from '@dualseg/metrics'
import type { TrainingSettings } from '../training/settings'
import { type PredictWindows, slidingWindow } from './sliding-window'
import type { CaseResult, TestCase } from './test-plan'

/** A case with its prediction on the original grid, its voxels in the order of the case's files. */
export interface TestedCase {
  readonly result: CaseResult
  readonly prediction: Volume<Uint8Array>
}

/**
 * Predicts a case and scores it on its original grid.
 *
 * On a reduced grid it is the foreground score that is brought back to the original one (linearly), and decided there; so the
 * surface does not have the steps of the reduced voxels.
 */
export async function runTestCase(
  testCase: TestCase,
  predict: PredictWindows,
  settings: Pick<TrainingSettings, 'patch' | 'stride' | 'windowBatch' | 'reduce'>,
  options: { channels: number; decide: 'argmax' | 'threshold'; signal?: AbortSignal },
): Promise<TestedCase> {
  const { image, label: reference, id, axes } = testCase
  const { patch, stride, windowBatch, reduce } = settings
  const scan = { data: toTensorOrder(image), size: image.size }
  const scored = await slidingWindow(scan, predict, { patch, stride, batch: windowBatch, ...options })
  const grid = { ...reference, data: undefined }
  let data: Uint8Array
  if (reduce === 1) {
    data = fromTensorOrder(scored.label, image.size)
  } else {
    const probs = { ...image, data: fromTensorOrder(scored.foreground, image.size) }
    data = Uint8Array.from(upsampleTrilinear(probs, reference, reduce).data, (score) => (score > 0.5 ? 1 : 0))
  }
  const prediction: Volume<Uint8Array> = { ...grid, data }
  // Without spacing: distances in voxels of the original grid, as the papers have them.
  const measured = await evaluateMask(
    { data, size: reference.size },
    { data: reference.data, size: reference.size },
    { empty: reference.data.some((value) => value !== 0) ? 'zero' : 'diagonal' },
  )
  const { dice, jaccard, hd95, asd, emptyPrediction, emptyReference } = measured
  return {
    result: { id, dice, jaccard, hd95, asd, emptyPrediction, ...(emptyReference && { emptyReference }) },
    prediction: axes ? reorient(prediction, axes) : prediction,
  }
}
