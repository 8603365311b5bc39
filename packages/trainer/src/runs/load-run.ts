import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type LabelClass, ONE_FOREGROUND, type Preparation, type Volume } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineIdentity } from '../engines/engine-identity'
import { methodNamed } from '../methods'
import type { Method } from '../methods/definition/method'
import { type Predicting, type Prediction, type PredictOptions, predictImage } from '../prediction/predict-image'
import { type PredictingNetwork, predictingNetwork } from '../prediction/predicting-network'
import type { TrainingSettings } from '../training/settings'
import { faultError } from './disk/fault'
import { type ConfigFile, readConfig } from './files/config-file'
import { readRunInput } from './run-input'
import { storedNetworks } from './stored-networks'

/** A finished run, ready to segment. */
export interface TrainedRun {
  readonly folder: string
  readonly method: Method
  readonly settings: TrainingSettings
  readonly dataset: string
  /** What 1, 2, … of its labels are called, and which values stand for them in the data set's files: `labelValues` of `@dualseg/data` writes them. */
  readonly classes: readonly LabelClass[]
  /** What the images of a case show, in the order in which `predict` takes them; absent where it takes one. */
  readonly channels?: readonly string[]
  /** What it was trained on. */
  readonly engine: EngineIdentity
  readonly preparation: Preparation | null
  /** What it predicts with, in their order. */
  readonly networks: readonly PredictingNetwork[]
  /** @param image of a run with several channels all of them, on one grid */
  predict(image: Volume | readonly Volume[], options?: PredictOptions): Promise<Prediction>
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
 * @throws DUALSEG_DATA if the folder is no run, the run is not finished, or a file that it needs is damaged; DUALSEG_USAGE without an engine
 */
export async function loadRun(folder: string, options: { method?: Method } = {}): Promise<TrainedRun> {
  return openRun(folder, options).run
}

/** A run with what it predicts with, for those that predict with several. */
export function openRun(folder: string, options: { method?: Method } = {}): { run: TrainedRun; predicting: Predicting } {
  if (tf.getBackend() === undefined) {
    throw dualsegError('DUALSEG_USAGE', "loadRun: no engine is open; call `await useEngine('auto')` first")
  }
  const path = resolve(folder)
  if (statSync(path, { throwIfNoEntry: false })?.isFile())
    throw faultError({
      file: path,
      found: 'it is a file, expected a folder',
      remedy: `${GIVE_A_RUN}, in which its config.json lies`,
    })
  const { config, sha256 } = configOf(path)
  const method = options.method ?? methodNamed(config.method.name)
  const networks = storedNetworks(path, method, config.settings, sha256)
  const input = readRunInput(path)
  const { settings, data, engine } = config
  const predicting = { method, settings, networks, input }
  const run: TrainedRun = {
    folder: path,
    method,
    settings,
    dataset: data.dataset,
    classes: input.classes ?? ONE_FOREGROUND,
    ...(settings.channelNames && { channels: settings.channelNames }),
    engine,
    preparation: input.preparation,
    networks: method.predictWith.map((predictor) => predictingNetwork(networks, predictor)),
    predict: (image, how = {}) => predictImage(image, [predicting], how),
    dispose: () => networks.dispose(),
  }
  return { run, predicting }
}

const GIVE_A_RUN = 'give the folder of one run, such as runs/la/quick/dualnet/fold0-seed1-…'

function configOf(folder: string): ConfigFile {
  const config = readConfig(folder)
  if (config !== undefined) return config
  throw faultError({
    file: join(folder, 'config.json'),
    found: 'it is missing',
    remedy: `${GIVE_A_RUN}; if this is one, the command that began it writes the file again`,
  })
}
