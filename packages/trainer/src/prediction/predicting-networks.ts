import { loadWeights } from '@dualseg/models'
import type { Method } from '../methods/definition/method'
import { createNetworks, type NetworkSet } from '../training/create-networks'
import type { TrainingSettings } from '../training/settings'

/** The names of the networks that a method predicts with. */
export function predictingNames({ predictWith }: Pick<Method, 'predictWith'>): string[] {
  return [...new Set(predictWith.map(({ network }) => network))]
}

/**
 * The networks that a method predicts with; those that only train, and what optimisers remember, are not made.
 *
 * @param weightsOf the safetensors file of a network
 */
export function predictingNetworks(
  method: Method,
  settings: TrainingSettings,
  weightsOf: (network: string) => Uint8Array,
): NetworkSet {
  const specs = predictingNames(method).map((name) => {
    const { optimiser: _, ...spec } = method.networks[name]!
    return [name, spec]
  })
  const networks = createNetworks({ ...method, networks: Object.fromEntries(specs) }, settings, 0)
  try {
    for (const { name, network } of networks.byName.values()) loadWeights(network, weightsOf(name))
    return networks
  } catch (error) {
    networks.dispose()
    throw error
  }
}
