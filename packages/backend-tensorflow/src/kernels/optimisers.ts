import type { TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { CONSTANTS, type NodeBackend } from '../tfjs-node'
import { attrsOf, FLOAT, type KernelTable, listOf, run, shapeInput, type TensorFlowKernel, typeAttr, wholeAttr } from './ops'

interface SgdAttrs {
  readonly count: number
  readonly learningRate: number
  readonly momentum: number
  readonly weightDecay: number
}

type Moved = readonly [parameter: TensorInfo, velocity: TensorInfo]

/** The contract's rule, op by op as its composite. All vectors (biases, norms) are moved as one: on a few numbers an op costs its call. */
const sgdStep: TensorFlowKernel = (call) => {
  const { backend } = call
  const { count, ...rates } = attrsOf<SgdAttrs>(call)
  const [learningRate, momentum, weightDecay] = [rates.learningRate, rates.momentum, rates.weightDecay].map((rate) =>
    tf.scalar(rate),
  )
  const move = (p: TensorInfo, g: TensorInfo, v: TensorInfo): Moved => {
    const gradient = run(backend, 'AddV2', [g, run(backend, 'Mul', [p, weightDecay!])])
    const velocity = run(backend, 'AddV2', [run(backend, 'Mul', [v, momentum!]), gradient])
    return [run(backend, 'Sub', [p, run(backend, 'Mul', [velocity, learningRate!])]), velocity]
  }
  const [p, g, v] = ['p', 'g', 'v'].map((prefix) => listOf(call, prefix)) as [TensorInfo[], TensorInfo[], TensorInfo[]]
  const vectors = [...p.keys()].filter((i) => p[i]!.shape.length === 1 && g[i]!.shape.length === 1)
  const moved: Moved[] = []
  if (vectors.length > 1) {
    const joined = move(
      ...([p, g, v].map((list) =>
        join(
          backend,
          vectors.map((i) => list[i]!),
        ),
      ) as [TensorInfo, TensorInfo, TensorInfo]),
    )
    const sizes = vectors.map((i) => p[i]!.shape[0]!)
    const [parameters, velocities] = joined.map((all) => split(backend, all, sizes)) as [TensorInfo[], TensorInfo[]]
    for (const [at, i] of vectors.entries()) moved[i] = [parameters[at]!, velocities[at]!]
  }
  for (let i = 0; i < count; i++) moved[i] ??= move(p[i]!, g[i]!, v[i]!)
  return [...moved.map(([parameter]) => parameter), ...moved.map(([, velocity]) => velocity)] as tf.Tensor[]
}

function join(backend: NodeBackend, vectors: readonly TensorInfo[]): TensorInfo {
  const attrs = [wholeAttr('N', vectors.length), FLOAT, typeAttr('Tidx', CONSTANTS.TF_INT32)]
  return run(backend, 'ConcatV2', [...vectors, tf.scalar(0, 'int32')], attrs)
}

function split(backend: NodeBackend, vector: TensorInfo, sizes: readonly number[]): TensorInfo[] {
  const attrs = [wholeAttr('num_split', sizes.length), FLOAT, typeAttr('Tlen', CONSTANTS.TF_INT32)]
  return backend.executeMultipleOutputs('SplitV', attrs, [vector, shapeInput(sizes), tf.scalar(0, 'int32')], sizes.length)
}

export const OPTIMISER_KERNELS: KernelTable = { DualSegSgdStep: sgdStep }
