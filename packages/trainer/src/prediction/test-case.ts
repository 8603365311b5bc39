import { fromTensorOrder, reorient, resample, upsampleTrilinear, type Volume } from '@dualseg/data'
import type { TrainingSettings } from '../training/settings'
import { bestClass } from './best-class'
import { scanOf } from './scan-of'
import { scorePrediction } from './score-prediction'
import { type PredictWindows, slidingWindow } from './sliding-window'
import type { CaseResult, TestCase } from './test-plan'

/** A case with its prediction on the original grid, its voxels in the order of the case's files. */
export interface TestedCase {
  readonly result: CaseResult
  /** 0 background, 1, 2, … the classes. */
  readonly prediction: Volume<Uint8Array>
}

/**
 * Predicts a case and scores it on its original grid.
 *
 * On a reduced or resampled grid it is the foreground score, or that of every class where there are several, that is brought back to the original one (linearly), and decided
 * there; so the surface does not have the steps of the reduced voxels.
 */
export async function runTestCase(
  testCase: TestCase,
  predict: PredictWindows,
  settings: Pick<TrainingSettings, 'patch' | 'stride' | 'windowBatch' | 'reduce' | 'classes' | 'distanceUnit'>,
  options: { channels: number; decide: 'argmax' | 'threshold'; signal?: AbortSignal },
): Promise<TestedCase> {
  const { image, otherChannels, resampledGrid, label: reference, id, axes } = testCase
  const { patch, stride, windowBatch, reduce, classes } = settings
  const scan = scanOf(image, otherChannels)
  const isExact = reduce === 1 && resampledGrid === undefined
  const keepScores = !isExact && classes > 2
  const scored = await slidingWindow(scan, predict, { patch, stride, batch: windowBatch, keepScores, ...options })
  const broughtBack = (scores: Float32Array) => {
    const reduced = { ...image, data: fromTensorOrder(scores, image.size) }
    const whole = reduce === 1 ? reduced : upsampleTrilinear(reduced, resampledGrid ?? reference, reduce)
    return resampledGrid === undefined ? whole.data : resample(whole, reference.spacing, reference.size).data
  }
  const data = isExact
    ? fromTensorOrder(scored.label, image.size)
    : scored.scores
      ? bestClass(classes, (label) => broughtBack(scored.scores![label]!))
      : Uint8Array.from(broughtBack(scored.foreground), (score) => (score > 0.5 ? 1 : 0))
  const prediction: Volume<Uint8Array> = { ...reference, data }
  const result = { id, ...(await scorePrediction(prediction, reference, settings)) }
  return { result, prediction: axes ? reorient(prediction, axes) : prediction }
}
