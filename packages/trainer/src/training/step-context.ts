import { dualsegError } from '@dualseg/kernels'
import { sigmoidRamp, withoutGradient } from '@dualseg/losses'
import type { DropoutRandom, Network } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import type {
  Draws,
  Forward,
  ForwardOptions,
  NetworkInputs,
  Passed,
  StepContext,
  TrainingBatch,
} from '../methods/definition/method'
import type { NetworkKind } from '../methods/definition/networks-of-a-method'
import type { NetworkSet, TrainedNetwork } from './create-networks'

/** All that a step depends on besides its batch. */
export interface StepSetting {
  readonly iteration: number
  readonly iterations: number
  readonly rampEvery: number
  /** Steps of the ramp-up. @default 40 */
  readonly rampLength?: number
  /** @default 'common' */
  readonly protocol?: 'common' | 'authors'
  /** Switched-off parts. */
  readonly without: readonly string[]
  readonly draws: Draws
  /** Changes what a network returned before the method sees it; the audit cuts gradients here. */
  readonly onOutput?: (network: string, output: object, samples: Passed) => object
  /** The name of the method's stage. @default '' */
  readonly stage?: string
  /** false leaves the running statistics alone. @default true */
  readonly updateStatistics?: boolean
}

/** Puts together what a method's step is given. Forward passes of one network are numbered, so that each has dropout of its own. */
export function stepContext(networks: NetworkSet, batch: TrainingBatch, setting: StepSetting): StepContext {
  const { iteration, iterations, rampEvery, rampLength = RAMP_LENGTH, protocol = 'common', stage = '', without, draws } = setting
  const forwards: Record<string, Forward<NetworkKind>> = {}
  for (const trained of networks.byName.values()) forwards[trained.name] = forwardOf(trained, setting)
  const { labelledCount, unlabelledCount } = batch
  return {
    iteration,
    iterations,
    stage,
    networks: forwards,
    batch,
    draws,
    protocol,
    labelled: (tensor) => samples(tensor, 0, labelledCount, batch),
    unlabelled: (tensor) => samples(tensor, labelledCount, unlabelledCount, batch),
    ramp: (max, counter = iteration) => max * sigmoidRamp(Math.floor(counter / rampEvery), rampLength),
    has: (part) => !without.includes(part),
  }
}

/** Steps of the ramp-up. */
const RAMP_LENGTH = 40

function samples<T extends tf.Tensor>(
  tensor: T,
  start: number,
  count: number,
  { labelledCount, unlabelledCount }: TrainingBatch,
): T {
  const all = labelledCount + unlabelledCount
  if (tensor.shape[0] !== all) {
    throw dualsegError('DUALSEG_SHAPE', `labelled/unlabelled: tensor [${tensor.shape}] does not have the batch's ${all} samples`)
  }
  if (count === all) return tensor
  const begin = [start, ...tensor.shape.slice(1).fill(0)]
  return tf.slice(tensor, begin, [count, ...tensor.shape.slice(1)]) as T
}

function forwardOf(trained: TrainedNetwork, setting: StepSetting): Forward<NetworkKind> {
  const { name, spec, network } = trained
  let calls = 0
  return (input, options: ForwardOptions & NetworkInputs = {}) => {
    const call = calls++
    const { training = true, gradient = true, statistics = true, samples: half = 'all' } = options
    const random: DropoutRandom = (place, sample) => setting.draws.stream(`dropout/${name}/${call}/${place}`, sample)
    const how = { training, random, updateStatistics: training && statistics && (setting.updateStatistics ?? true) }
    const pass = () => runNetwork(network, input, options, how)
    const isFrozen = spec.ema !== undefined || !gradient
    const output = isFrozen ? withoutGradient(pass) : (setting.onOutput?.(name, pass(), half) ?? pass())
    return output as ReturnType<Forward<NetworkKind>>
  }
}

function runNetwork(
  network: TrainedNetwork['network'],
  input: tf.Tensor5D,
  { context, head, perturbed }: NetworkInputs,
  how: Parameters<Network['forward']>[1],
): Record<string, tf.Tensor | tf.Tensor[]> {
  if (network.kind === 'feature-heads') {
    if (head === undefined)
      throw dualsegError('DUALSEG_USAGE', "feature heads were not told which of them is asked; pass { head: 'projection' }")
    return network.forward(input, { ...how, head })
  }
  if (network.kind !== 'discriminator')
    return { ...network.forward(input, perturbed === undefined ? how : { ...how, perturbed }) }
  if (context === undefined)
    throw dualsegError('DUALSEG_USAGE', 'a discriminator judges a map beside its image; pass { context: image }')
  return network.forward(input, context, how)
}
