import type { Method } from '../methods/definition/method'
import { predictingNetworks } from '../prediction/predicting-networks'
import type { NetworkSet } from '../training/create-networks'
import type { TrainingSettings } from '../training/settings'
import { Checkpoints } from './checkpoints/checkpoints'

/**
 * The networks that a finished run predicts with, with the weights of its last checkpoint; nothing on the disk changes.
 *
 * @throws DUALSEG_DATA if the run is not finished, or its weights are gone or were changed
 */
export function storedNetworks(folder: string, method: Method, settings: TrainingSettings, configSha256: string): NetworkSet {
  return predictingNetworks(method, settings, new Checkpoints(folder, configSha256).weights(settings.iterations))
}
