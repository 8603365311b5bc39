import { dualsegError, found } from '@dualseg/kernels'
import type { RandomStream } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import type { BufferKind, Initialisation, NetworkTensor, ParameterKind } from './network'
import { startingValues } from './starting-values'
import { engineShape, toEngineLayout } from './tensor-layout'
import type { Normalisation } from './vnet'

/** One number a channel. */
export type Vector = tf.Variable<tf.Rank.R1>

/** The running statistics of one batch norm and PyTorch's counter of the batches it has seen. */
export interface RunningStatistics {
  readonly name: string
  readonly mean: Vector
  readonly variance: Vector
  batches: bigint
}

/** A convolution as the layers describe it. */
export interface ConvolutionSpec {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: number
  /** @default 1 */
  readonly stride?: number
  /** @default 0 */
  readonly padding?: number
  /** @default true */
  readonly bias?: boolean
  /** Transposed with kernel = stride: every output voxel has one input voxel. @default false */
  readonly transposed?: boolean
  /** The output's resolution: every axis is divided by 2^level. */
  readonly level: number
}

/** Filter and bias of one convolution. */
export interface ConvolutionVariables {
  readonly filter: tf.Variable<tf.Rank.R5>
  readonly bias: Vector | undefined
}

/** Affine parameters and running statistics of one batch norm. */
export interface BatchNormVariables {
  readonly gamma: Vector
  readonly beta: Vector
  readonly running: RunningStatistics
}

/**
 * Makes a network's variables in PyTorch's order and keeps the book on them: names, shapes, kinds, cost. Layers are
 * functions over what it returns.
 */
export class NetworkBuilder {
  readonly tensors: NetworkTensor[] = []
  readonly running: RunningStatistics[] = []
  private readonly costs: { level: number; perVoxel: number }[] = []

  constructor(
    private readonly initialise: Initialisation,
    private readonly random: (name: string) => RandomStream,
    readonly normalise: Normalisation = 'batch',
  ) {}

  convolution(name: string, spec: ConvolutionSpec): ConvolutionVariables {
    const { inChannels, outChannels, kernel, transposed } = spec
    const channels = transposed ? [inChannels, outChannels] : [outChannels, inChannels]
    const shape = [...channels, kernel, kernel, kernel]
    const filter = this.variable<tf.Rank.R5>(`${name}.weight`, transposed ? 'upWeight' : 'convWeight', shape)
    const bias = spec.bias === false ? undefined : this.variable<tf.Rank.R1>(`${name}.bias`, 'bias', [outChannels], shape)
    const taps = transposed ? 1 : kernel ** 3
    this.costs.push({ level: spec.level, perVoxel: taps * inChannels * outChannels })
    return { filter, bias }
  }

  batchNorm(name: string, channels: number): BatchNormVariables {
    const gamma = this.variable<tf.Rank.R1>(`${name}.weight`, 'bnGamma', [channels])
    const beta = this.variable<tf.Rank.R1>(`${name}.bias`, 'bnBeta', [channels])
    const mean = this.variable<tf.Rank.R1>(`${name}.running_mean`, 'bnMean', [channels])
    const variance = this.variable<tf.Rank.R1>(`${name}.running_var`, 'bnVar', [channels])
    const running = { name, mean, variance, batches: 0n }
    this.running.push(running)
    return { gamma, beta, running }
  }

  /** Weight `[in, out]` and bias of a fully connected layer; not counted in {@link macs}. */
  linear(name: string, inChannels: number, outChannels: number): { weight: tf.Variable<tf.Rank.R2>; bias: Vector } {
    const shape = [outChannels, inChannels]
    return {
      weight: this.variable<tf.Rank.R2>(`${name}.weight`, 'linWeight', shape),
      bias: this.variable<tf.Rank.R1>(`${name}.bias`, 'bias', [outChannels], shape),
    }
  }

  /** Multiply-accumulates of all convolutions for a patch of so many voxels, whose axes are divisible by 16. */
  macs(voxels: number): number {
    return this.costs.reduce((sum, cost) => sum + (voxels / 8 ** cost.level) * cost.perVoxel, 0)
  }

  private stream(name: string): RandomStream {
    const stream = this.random(name)
    if (typeof stream?.fillNormal === 'function' && typeof stream.fillUniform === 'function') return stream
    throw dualsegError('DUALSEG_USAGE', `network: random(${name}) returned ${found(stream)}, expected a random stream`)
  }

  private variable<R extends tf.Rank>(
    name: string,
    kind: ParameterKind | BufferKind,
    torchShape: number[],
    weightShape = torchShape,
  ): tf.Variable<R> {
    if (this.tensors.some((tensor) => tensor.name === name))
      throw dualsegError('DUALSEG_VALUE', `network: ${name} is defined twice`)
    const size = torchShape.reduce((product, n) => product * n, 1)
    const values = startingValues(kind, size, weightShape, this.initialise, () => this.stream(name))
    const trainable = kind !== 'bnMean' && kind !== 'bnVar'
    const initial = tf.tensor(toEngineLayout(values, torchShape), engineShape(torchShape), 'float32')
    const variable = tf.variable(initial, trainable) as tf.Variable<R>
    initial.dispose()
    this.tensors.push({ name, variable, torchShape, kind } as unknown as NetworkTensor)
    return variable
  }
}
