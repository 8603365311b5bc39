import { dualsegError } from '@dualseg/kernels'
import { type RandomStream, random } from '@dualseg/kernels/random'
import {
  type Discriminator,
  discriminator,
  type FeatureHeads,
  featureHeads,
  mcnet,
  type Network,
  type NetworkBase,
  resnet34,
  vnet,
  vnetPerturbed,
  vnetPyramid,
  vnetTwoHead,
} from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import type { Method } from '../methods/definition/method'
import type { NetworkSettings, NetworkSpec } from '../methods/definition/networks-of-a-method'
import { channelsOf, type TrainingSettings } from './settings'

/** A network with what its optimiser remembers. */
export interface TrainedNetwork {
  readonly name: string
  readonly spec: NetworkSpec
  readonly network: Network | Discriminator | FeatureHeads
  /** One variable a parameter, in the engine's layout: the velocity of SGD, or both moments of Adam. Empty for a teacher. */
  readonly memories: readonly { readonly name: 'velocity' | 'mean' | 'square'; readonly variables: readonly tf.Variable[] }[]
}

export interface NetworkSet {
  readonly byName: ReadonlyMap<string, TrainedNetwork>
  get(name: string): TrainedNetwork
  dispose(): void
}

/** SASSNet's and DAN's discriminators have 64 channels beside a V-Net with 16. */
const DISCRIMINATOR_WIDTH = 4

/** SS-Net's heads make 32 features of V-Net's 16. */
const FEATURE_WIDTH = 2

/**
 * Makes the networks of a method with their starting values, keyed by (seed, network, parameter), and resting optimisers.
 *
 * @param options.random draws the starting values instead, e.g. nothing at all for networks whose weights are loaded afterwards
 */
export function createNetworks(
  method: Method,
  settings: Pick<TrainingSettings, 'filters' | 'classes' | 'dropout' | 'initialise' | 'channelNames'>,
  seed: number,
  options: { random?: (network: string, parameter: string) => RandomStream } = {},
): NetworkSet {
  const draw = options.random ?? ((network, parameter) => random(seed, `initial/${network}/${parameter}`, 0, 0))
  const byName = new Map<string, TrainedNetwork>()
  for (const [name, spec] of Object.entries(method.networks)) {
    const network = createNetwork(spec, {
      filters: settings.filters,
      classes: settings.classes,
      channels: channelsOf(settings),
      dropout: settings.dropout,
      initialise: settings.initialise,
      random: (parameter) => draw(name, parameter),
    })
    byName.set(name, { name, spec, network, memories: createMemories(spec, network) })
  }
  return {
    byName,
    get(name) {
      const found = byName.get(name)
      if (found === undefined)
        throw dualsegError('DUALSEG_VALUE', `network '${name}' is none of ${[...byName.keys()].join(', ')}`)
      return found
    },
    dispose() {
      for (const { network, memories } of byName.values()) {
        network.dispose()
        for (const { variables } of memories) for (const variable of variables) variable.dispose()
      }
    },
  }
}

function createNetwork(spec: NetworkSpec, ofRun: NetworkSettings): TrainedNetwork['network'] {
  const settings = { ...ofRun, initialise: spec.initialise ?? ofRun.initialise }
  switch (spec.kind) {
    case 'vnet':
      return vnet(settings)
    case 'resnet34':
      return resnet34(settings)
    case 'vnet-two-head':
      return vnetTwoHead(settings)
    case 'vnet-pyramid':
      return vnetPyramid(settings)
    case 'vnet-perturbed':
      return vnetPerturbed(settings)
    case 'mcnet':
      return mcnet({ ...settings, decoders: spec.decoders ?? 2 })
    case 'discriminator':
      // Its authors never initialise it themselves, whatever the segmentation network gets.
      return discriminator({
        random: settings.random,
        dropout: settings.dropout,
        filters: settings.filters * DISCRIMINATOR_WIDTH,
        imageChannels: settings.channels,
        mapChannels: spec.judges === 'probs' ? settings.classes : settings.classes - 1,
        initialise: 'default',
      })
    case 'feature-heads':
      return featureHeads({
        random: settings.random,
        initialise: settings.initialise,
        classes: settings.classes,
        channels: settings.filters,
        filters: settings.filters * FEATURE_WIDTH,
      })
    case 'custom':
      return spec.create!(settings)
  }
}

function createMemories(spec: NetworkSpec, network: NetworkBase<string, unknown>): TrainedNetwork['memories'] {
  const zeros = () =>
    network.parameters.map(({ variable }) => {
      const zero = tf.zeros(variable.shape)
      const memory = tf.variable(zero, false)
      zero.dispose()
      return memory
    })
  switch (spec.optimiser?.kind) {
    case 'sgd':
      return [{ name: 'velocity', variables: zeros() }]
    case 'adam':
      return [
        { name: 'mean', variables: zeros() },
        { name: 'square', variables: zeros() },
      ]
    default:
      return []
  }
}
