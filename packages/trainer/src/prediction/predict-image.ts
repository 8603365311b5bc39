import { fromTensorOrder, gridDifference, type Triple, type Volume } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { largestComponent } from '@dualseg/metrics'
import type { Method } from '../methods/definition/method'
import type { NetworkSet } from '../training/create-networks'
import { channelsOf, type TrainingSettings } from '../training/settings'
import { bestClass } from './best-class'
import { ensemblePredictor } from './ensemble-predictor'
import type { ExpectedInput } from './expected-input'
import { networkPredictor } from './predict-windows'
import { type Box, type PreparedImage, prepareImage } from './prepare-image'
import { refuseUnlike } from './refuse-unlike'
import { scanOf } from './scan-of'
import { scoresOfMethod } from './scores-of-method'
import { type ScanImage, slidingWindow } from './sliding-window'

export interface PredictOptions {
  /** Look at this part alone, in voxels of the image; everything else becomes background. */
  readonly crop?: Box
  /**
   * The image is a training volume or was prepared as they were: neither intensities nor grid nor axes are touched.
   *
   * @default true for h5 files where such files are what training took as it was (LA), else false
   */
  readonly asStored?: boolean
  /** Also the probability of every class but background at every voxel. @default false */
  readonly probs?: boolean
  /** Windows handed to the engine at once. @default the run's */
  readonly batch?: number
  /** See `slidingWindow`; no compared method does it. @default 'uniform' */
  readonly weighting?: 'uniform' | 'gaussian'
  /** Mean over all mirrorings of every window along the axes that the run's data set allows; no compared method does it. @default as the run's own test */
  readonly mirror?: boolean
  /** Keep only the largest connected component of every class (26 neighbours); no compared method does it here. @default false */
  readonly largestComponent?: boolean
  /** Do not refuse images that are unlike the training images. @default false */
  readonly force?: boolean
  onProgress?(done: number, windows: number): void
  readonly signal?: AbortSignal
}

/** Everything on the grid of the image that was given: its size, spacing, origin and direction. */
export interface Prediction {
  /** 0 background, 1, 2, … the classes. */
  readonly label: Volume<Uint8Array>
  /** Of the foreground; only if asked for, and where there is one class. */
  readonly probs?: Volume<Float32Array>
  /** Of the classes 1, 2, … where there are several; only if asked for. */
  readonly classProbs?: readonly Volume<Float32Array>[]
  readonly windows: number
  /** What one should know about how it came about, a line each. */
  readonly notes: readonly string[]
}

/** Trained networks, and all that says how they are used. */
export interface Predicting {
  readonly method: Method
  readonly settings: TrainingSettings
  readonly networks: NetworkSet
  readonly input: ExpectedInput
}

const ALL_AXES = [0, 1, 2] as const

/**
 * Prepares an image as the training volumes were, scans it, and brings the result back to its own grid.
 *
 * @param images all channels of a case
 * @param members whose probabilities are averaged; all see images alike
 * @throws DUALSEG_DATA for another number of images than the networks were trained on, or images on several grids
 */
export async function predictImage(
  images: Volume | readonly Volume[],
  members: readonly [Predicting, ...Predicting[]],
  options: PredictOptions,
): Promise<Prediction> {
  const [{ settings, input }] = members
  const { patch, stride, testMirror, classes } = settings
  const [given, ...others] = expectChannels('data' in images ? [images] : images, settings)
  const mirror = (options.mirror ?? testMirror !== undefined) ? (testMirror ?? input.mirrorAxes ?? ALL_AXES) : []
  const asStored = options.asStored ?? ((given as { format?: string }).format === 'h5' && input.preparation?.begins !== 'file')
  const { scan, prepared } = scanFor(given, others, members, { ...options, asStored })
  const { size } = scan
  const { predict, channels, decide } = ensemblePredictor(
    members.map(({ networks, method }) => ({
      predict: networkPredictor(networks, method.predictWith, patch, { mirror }),
      ...scoresOfMethod(method, classes),
    })),
    classes,
  )
  const scored = await slidingWindow(scan, predict, {
    patch,
    stride,
    channels,
    keepScores: classes > 2 && (options.probs === true || !prepared.isExact),
    keepForeground: classes === 2 && (options.probs === true || !prepared.isExact),
    decide,
    batch: options.batch ?? settings.windowBatch,
    weighting: options.weighting ?? 'uniform',
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.signal && { signal: options.signal }),
  })
  const broughtBack = (scores: Float32Array) => prepared.scoresBack(fromTensorOrder(scores, size))
  const probs = options.probs ? (scored.scores?.slice(1) ?? [scored.foreground]).map(broughtBack) : undefined
  const decided = prepared.isExact
    ? prepared.labelsBack(fromTensorOrder(scored.label, size))
    : // As a run's own test: where grids differ the scores are brought back, and decided there.
      scored.scores
      ? bestClass(classes, (label) => broughtBack(scored.scores![label]!))
      : Uint8Array.from(probs?.[0] ?? broughtBack(scored.foreground), (score) => (score > 0.5 ? 1 : 0))
  const data = options.largestComponent ? largestComponents(decided, given.size, classes) : decided
  const grid = gridOf(given)
  const unknown =
    input.preparation === null && !asStored
      ? ['the run does not say how its volumes were prepared; the image is taken as it is']
      : []
  return {
    label: { ...grid, data },
    ...(probs && classes === 2 && { probs: { ...grid, data: probs[0]! } }),
    ...(probs && classes > 2 && { classProbs: probs.map((ofClass) => ({ ...grid, data: ofClass })) }),
    windows: scored.windows,
    notes: [...unknown, ...prepared.notes],
  }
}

/** What windows are cut from, and the way back. A function of its own, so that no other form of the voxels stays while the windows are scored. */
function scanFor(
  given: Volume,
  others: readonly Volume[],
  members: readonly [Predicting, ...Predicting[]],
  { asStored, crop, force }: PredictOptions & { asStored: boolean },
): { scan: ScanImage; prepared: Omit<PreparedImage, 'image' | 'otherChannels'> } {
  const [{ settings, input }] = members
  const how = { preparation: input.preparation, reduce: settings.reduce, asStored, ...(crop && { crop }) }
  const { image, otherChannels, ...prepared } = prepareImage(given, how, others)
  for (const { input: expected } of force ? [] : members) {
    refuseUnlike(given, image, expected)
    for (const [index, other] of others.entries())
      refuseUnlike(other, otherChannels[index]!, { ...expected, images: expected.otherImages?.[index] ?? null })
  }
  return { scan: scanOf(image, otherChannels), prepared }
}

function expectChannels(given: readonly Volume[], settings: TrainingSettings): readonly [Volume, ...Volume[]] {
  const names = settings.channelNames ?? ['image']
  if (given.length !== channelsOf(settings)) {
    const expected = names.length === 1 ? 'one image' : `${names.length} (${names.join(', ')}), in this order`
    throw dualsegError('DUALSEG_DATA', `predict: ${given.length} images of a case; the networks were trained on ${expected}`)
  }
  for (const [index, image] of given.entries()) {
    const difference = gridDifference(image, given[0]!, [names[index]!, names[0]!])
    if (difference === undefined) continue
    throw dualsegError('DUALSEG_DATA', `predict: ${difference.found}; all channels of a case must be on one grid`)
  }
  return given as readonly [Volume, ...Volume[]]
}

function largestComponents(labels: Uint8Array, size: Triple, classes: number): Uint8Array {
  if (classes === 2) return largestComponent({ data: labels, size }).mask.data as Uint8Array
  const kept = new Uint8Array(labels.length)
  for (let label = 1; label < classes; label++) {
    const { data } = largestComponent({ data: Uint8Array.from(labels, (one) => Number(one === label)), size }).mask
    for (let i = 0; i < kept.length; i++) if (data[i] === 1) kept[i] = label
  }
  return kept
}

function gridOf({ size, spacing, spacingUnit, origin, direction, nifti }: Volume): Omit<Volume, 'data'> {
  return {
    size: [...size],
    spacing: [...spacing],
    ...(spacingUnit && { spacingUnit }),
    ...(origin && { origin: [...origin] }),
    ...(direction && { direction: [...direction] }),
    ...(nifti && { nifti }),
  }
}
