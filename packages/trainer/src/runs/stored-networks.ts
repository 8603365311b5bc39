import type { Method } from '../methods/definition/method'
import { createNetworks, type NetworkSet } from '../training/create-networks'
import type { TrainingSettings } from '../training/settings'
import { Checkpoints } from './checkpoints/checkpoints'

/**
 * The networks that a finished run predicts with, with the weights of its last checkpoint; nothing on the disk changes.
 *
 * @throws DUALSEG_DATA if the run is not finished, or its weights are gone or were changed
 */
export function storedNetworks(folder: string, method: Method, settings: TrainingSettings, configSha256: string): NetworkSet {
  const networks = createNetworks(predictingPart(method), settings, 0)
  try {
    new Checkpoints(folder, configSha256).readWeights(networks, settings.iterations)
    return networks
  } catch (error) {
    networks.dispose()
    throw error
  }
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
