import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Pointer } from '../native-words'
import * as aten from '../operators'
import { sizeOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { subtract } from './binary'
import { attrsOf, type KernelTable, listOf, type TorchKernel } from './kernel'

/** As vectors: a step does not mind shapes, and PyTorch wants all alike. */
function vectors(backend: TorchBackend, tensors: readonly TensorInfo[]): Pointer[] {
  return tensors.map((tensor) => backend.view(tensor, { sizes: [sizeOf(tensor.shape)] }))
}

/**
 * What a step changes in place: the variables themselves, or, if another tensor shares the memory of one of them, copies, which the caller then assigns.
 */
function targetsOf(
  backend: TorchBackend,
  variables: readonly TensorInfo[],
): { targets: readonly TensorInfo[]; results: TensorInfo[] } {
  const isAlone = ({ dataId }: TensorInfo) => backend.refCount(dataId) === 1 && !backend.dataOf(dataId).isShared
  if (variables.every(isAlone)) return { targets: variables, results: [] }
  const { library } = backend
  const results = variables.map((variable) =>
    backend.adopt(aten.CLONE(library, backend.view(variable), library.memoryFormats.contiguous), variable.shape),
  )
  return { targets: results, results }
}

const sgdStep: TorchKernel = (call) => {
  const { backend } = call
  const { learningRate, momentum, weightDecay } = attrsOf<Record<'learningRate' | 'momentum' | 'weightDecay', number>>(call)
  const [p, g, v] = [listOf(call, 'p'), listOf(call, 'g'), listOf(call, 'v')]
  const { targets, results } = targetsOf(backend, [...p, ...v])
  const [parameters, moved] = [targets.slice(0, p.length), targets.slice(p.length)]
  if (momentum === 0) setVelocities(backend, moved, g, p, weightDecay)
  const [rates, gradients] = momentum === 0 ? [[0, 0], moved] : [[weightDecay, momentum], g]
  const lists = [parameters, gradients, momentum === 0 ? [] : moved].map((list) => vectors(backend, list))
  const [first, second, third] = lists as [Pointer[], Pointer[], Pointer[]]
  const [decay, kept] = rates as [number, number]
  aten.FUSED_SGD_.all(backend.library, first, second, third, decay, kept, learningRate, 0, false, false, false, null, null)
  return results
}

/** Without momentum PyTorch keeps no velocities; the contract does: the gradient with its weight decay. */
function setVelocities(
  backend: TorchBackend,
  velocities: readonly TensorInfo[],
  gradients: readonly TensorInfo[],
  parameters: readonly TensorInfo[],
  weightDecay: number,
): void {
  const { library } = backend
  for (const [i, velocity] of velocities.entries()) {
    const target = backend.view(velocity)
    const sum = subtract(backend, backend.view(gradients[i]!), backend.view(parameters[i]!), -weightDecay)
    library.copy(target, sum, true)
    library.delete(target)
    library.delete(sum)
  }
}

interface AdamAttrs {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly step: number
}

const adamStep: TorchKernel = (call) => {
  const { backend } = call
  const { learningRate, beta1, beta2, epsilon, step } = attrsOf<AdamAttrs>(call)
  const [p, g, m, v] = [listOf(call, 'p'), listOf(call, 'g'), listOf(call, 'm'), listOf(call, 'v')]
  const { targets, results } = targetsOf(backend, [...p, ...m, ...v])
  const n = p.length
  const [parameters, first, second] = [targets.slice(0, n), targets.slice(n, 2 * n), targets.slice(2 * n)].map((list) =>
    vectors(backend, list),
  ) as [Pointer[], Pointer[], Pointer[]]
  const steps = p.map(() => backend.tensors.constant(step))
  aten.FUSED_ADAM_.all(
    backend.library,
    parameters,
    vectors(backend, g),
    first,
    second,
    [],
    steps,
    learningRate,
    beta1,
    beta2,
    0,
    epsilon,
    false,
    false,
    null,
    null,
  )
  return results
}

/**
 * t - (1 - decay)(t - s): a step of SGD up the gradient s with a weight decay of 1, which PyTorch has as one pass over all variables.
 */
const emaStep: TorchKernel = (call) => {
  const { backend } = call
  const { decay } = attrsOf<{ decay: number }>(call)
  const [t, s] = [listOf(call, 't'), listOf(call, 's')]
  const { targets, results } = targetsOf(backend, t)
  const [teachers, students] = [vectors(backend, targets), vectors(backend, s)]
  if (decay === 0) aten.FOREACH_COPY_.all(backend.library, teachers, students, true)
  else aten.FUSED_SGD_.all(backend.library, teachers, students, [], 1, 0, 1 - decay, 0, false, true, false, null, null)
  return results
}

export const OPTIMISER_KERNELS: KernelTable = {
  DualSegAdamStep: adamStep,
  DualSegEmaStep: emaStep,
  DualSegSgdStep: sgdStep,
}
