import { join, resolve } from 'node:path'
import { fromTensorOrder, type Preparation, toTensorOrder, type Volume } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { largestComponent } from '@dualseg/metrics'
import * as tf from '@tensorflow/tfjs-core'
import { Checkpoints } from './checkpoint'
import { createNetworks, type NetworkSet } from './create-networks'
import { readIfThere } from './durable-file'
import type { Method } from './method'
import { methodNamed } from './methods'
import { networkPredictor } from './predict-windows'
import { type Box, prepareImage } from './prepare-image'
import { refuseUnlike } from './refuse-unlike'
import { type RunInput, readRunInput } from './run-input'
import type { EngineIdentity } from './run-plan'
import type { TrainingSettings } from './settings'
import { slidingWindow } from './sliding-window'

export interface PredictOptions {
  /** Look at this part alone, in voxels of the image; everything else becomes background. */
  readonly crop?: Box
  /**
   * The image is a training volume or was prepared as they were: neither intensities nor grid nor axes are touched.
   *
   * @default true for h5 files where such files are what training took as it was (LA), else false
   */
  readonly asStored?: boolean
  /** Also the foreground's probability at every voxel. @default false */
  readonly probs?: boolean
  /** Windows handed to the engine at once. @default the run's */
  readonly batch?: number
  /** See `slidingWindow`; no compared method does it. @default 'uniform' */
  readonly weighting?: 'uniform' | 'gaussian'
  /** Mean over all eight mirrorings of every window; no compared method does it. @default false */
  readonly mirror?: boolean
  /** Keep only the largest connected component (26 neighbours); no compared method does it here. @default false */
  readonly largestComponent?: boolean
  /** Do not refuse images that are unlike the training images. @default false */
  readonly force?: boolean
  onProgress?(done: number, windows: number): void
  readonly signal?: AbortSignal
}

/** Everything on the grid of the image that was given: its size, spacing, origin and direction. */
export interface Prediction {
  /** 0 background, 1 foreground. */
  readonly label: Volume<Uint8Array>
  /** Only if asked for. */
  readonly probs?: Volume<Float32Array>
  readonly windows: number
  /** What one should know about how it came about, a line each. */
  readonly notes: readonly string[]
}

/** A finished run, ready to segment. */
export interface TrainedRun {
  readonly folder: string
  readonly method: Method
  readonly settings: TrainingSettings
  readonly dataset: string
  /** What it was trained on. */
  readonly engine: EngineIdentity
  readonly preparation: Preparation | null
  predict(image: Volume, options?: PredictOptions): Promise<Prediction>
  dispose(): void
}

/**
 * Loads the networks that a finished run predicts with. An engine must be open.
 *
 * ```ts
 * await useEngine('auto')
 * const run = await loadRun('runs/la/quick/dualnet/fold0-seed1-1a2b3c4d')
 * const { label } = await run.predict(await readImage('scan.nii.gz'))
 * await writeImage('scan-label.nii.gz', label)
 * ```
 *
 * @param options.method for a method of one's own; else the one that the run names
 * @throws DUALSEG_DATA if the folder is no run, the run is not finished or its weights were changed; DUALSEG_USAGE without an engine
 */
export async function loadRun(folder: string, options: { method?: Method } = {}): Promise<TrainedRun> {
  if (tf.getBackend() === undefined) {
    throw dualsegError('DUALSEG_USAGE', "loadRun: no engine is open; call `await useEngine('auto')` first")
  }
  const path = resolve(folder)
  const { config, sha256 } = readConfig(path)
  const method = options.method ?? methodNamed(config.method.name)
  const networks = createNetworks(predictingPart(method), config.settings, 0)
  try {
    new Checkpoints(path, sha256).readWeights(networks, config.settings.iterations)
  } catch (error) {
    networks.dispose()
    throw error
  }
  const input = readRunInput(path)
  const { settings, data, engine } = config
  return {
    folder: path,
    method,
    settings,
    dataset: data.dataset,
    engine,
    preparation: input.preparation,
    predict: (image, how = {}) => predict(image, { method, settings, networks, input }, how),
    dispose: () => networks.dispose(),
  }
}

interface StoredConfig {
  config: { method: { name: string }; settings: TrainingSettings; data: { dataset: string }; engine: EngineIdentity }
  sha256: string
}

function readConfig(folder: string): StoredConfig {
  const text = readIfThere(join(folder, 'config.json'))
  if (text === undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `loadRun: ${folder} has no config.json; give the folder of one run, such as runs/la/quick/dualnet/fold0-seed1-…`,
    )
  }
  return JSON.parse(text) as StoredConfig
}

/** Networks that only train, and what optimisers remember, are not needed. */
function predictingPart(method: Method): Method {
  const networks = Object.fromEntries(
    method.predictWith.map(({ network }) => {
      const { optimiser: _, ...spec } = method.networks[network]!
      return [network, spec]
    }),
  )
  return { ...method, networks }
}

async function predict(
  given: Volume,
  { method, settings, networks, input }: { method: Method; settings: TrainingSettings; networks: NetworkSet; input: RunInput },
  options: PredictOptions,
): Promise<Prediction> {
  const { patch, stride, reduce } = settings
  const asStored = options.asStored ?? ((given as { format?: string }).format === 'h5' && input.preparation?.begins !== 'file')
  const prepared = prepareImage(given, {
    preparation: input.preparation,
    reduce,
    asStored,
    ...(options.crop && { crop: options.crop }),
  })
  if (!options.force) refuseUnlike(given, prepared.image, input)
  const { size } = prepared.image
  const scored = await slidingWindow(
    { data: toTensorOrder(prepared.image), size },
    networkPredictor(networks, method.predictWith, patch, { mirror: options.mirror ?? false }),
    {
      patch,
      stride,
      channels: method.predictWith[0]!.output === 'logit' ? 1 : settings.classes,
      decide: method.decide,
      batch: options.batch ?? settings.windowBatch,
      weighting: options.weighting ?? 'uniform',
      ...(options.onProgress && { onProgress: options.onProgress }),
      ...(options.signal && { signal: options.signal }),
    },
  )
  // As a run's own test: where grids differ the score is brought back, and decided there.
  const scores = options.probs || !prepared.isExact ? prepared.scoresBack(fromTensorOrder(scored.foreground, size)) : undefined
  const decided = prepared.isExact
    ? prepared.labelsBack(fromTensorOrder(scored.label, size))
    : Uint8Array.from(scores!, (score) => (score > 0.5 ? 1 : 0))
  const data = options.largestComponent ? largestComponent({ data: decided, size: given.size }).mask.data : decided
  const grid = gridOf(given)
  const unknown =
    input.preparation === null && !asStored
      ? ['the run does not say how its volumes were prepared; the image is taken as it is']
      : []
  return {
    label: { ...grid, data },
    ...(options.probs && { probs: { ...grid, data: scores! } }),
    windows: scored.windows,
    notes: [...unknown, ...prepared.notes],
  }
}

function gridOf({ size, spacing, spacingUnit, origin, direction }: Volume): Omit<Volume, 'data'> {
  return {
    size: [...size],
    spacing: [...spacing],
    ...(spacingUnit && { spacingUnit }),
    ...(origin && { origin: [...origin] }),
    ...(direction && { direction: [...direction] }),
  }
}
