import { adamStep, dualsegError, emaStep, sgdMomentumStep } from '@dualseg/kernels'
import { emaDecay } from '@dualseg/losses'
import type * as tf from '@tensorflow/tfjs-core'
import type { Average } from '../methods/definition/networks-of-a-method'
import type { NetworkSet, TrainedNetwork } from './create-networks'

/**
 * One optimiser step of one network. A parameter that no term reaches keeps its value and its memory, as in PyTorch where its
 * gradient is None.
 *
 * @param gradients one a parameter, in their order
 * @param rate of SGD; Adam has its own
 * @param step counted from 1
 * @throws DUALSEG_VALUE if no parameter at all has a gradient: the network would be said to be trained and is not
 */
export function optimiserStep(
  trained: TrainedNetwork,
  gradients: readonly (tf.Tensor | undefined)[],
  rate: number,
  step: number,
): void {
  const { name, spec, network, memories } = trained
  const reached = gradients.flatMap((gradient, i) => (gradient === undefined ? [] : [i]))
  if (reached.length === 0) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `network '${name}' is optimised, but no term reaches any of its parameters; check what the terms are made from`,
    )
  }
  const parameters = reached.map((i) => network.parameters[i]!.variable)
  const present = reached.map((i) => gradients[i]!)
  const [first, second] = memories.map(({ variables }) => reached.map((i) => variables[i]!))
  const { optimiser } = spec
  if (optimiser?.kind === 'sgd') {
    const { momentum, weightDecay } = optimiser
    sgdMomentumStep({ parameters, gradients: present, velocities: first! }, { learningRate: rate, momentum, weightDecay })
  } else if (optimiser?.kind === 'adam') {
    const { learningRate, beta1, beta2, epsilon } = optimiser
    adamStep(
      { parameters, gradients: present, firstMoments: first!, secondMoments: second! },
      { learningRate, beta1, beta2, epsilon, step },
    )
  }
}

/**
 * Moves teachers towards their students: parameters, and batch-norm statistics where that is said. All others are those of a teacher's own passes.
 *
 * @param iteration steps done before this one; in the first the teacher becomes a copy
 * @param names of those that move, default all
 */
export function averageTeachers(networks: NetworkSet, iteration: number, names?: readonly string[]): void {
  for (const { name, spec, network } of networks.byName.values()) {
    if (spec.ema === undefined || names?.includes(name) === false) continue
    const { of, statistics = false } = spec.ema
    const variables = ({ parameters, buffers }: typeof network) =>
      [...parameters, ...(statistics ? buffers : [])].map(({ variable }) => variable)
    emaStep(variables(network), variables(networks.get(of).network), averageShare(spec.ema, iteration))
  }
}

/** What a teacher keeps of itself: `min(1 - 1 / (n + 1), decay)`, n the warm-up's steps so far. */
export function averageShare({ decay, warmUp, from = 0, every = 1 }: Average, iteration: number): number {
  return warmUp === false ? decay : emaDecay(Math.max(0, Math.floor((iteration - from) / every)), decay)
}
