import { conv3d, convBatchNorm3d, dualsegError, expectTensor, found, leakyRelu } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { networkCore } from './assemble-network'
import type { Layer } from './convolution-layers'
import type { ForwardOptions, NetworkBase } from './network'
import { NetworkBuilder } from './network-builder'
import { type ClassifierOptions, classifierOptions, type ResolvedClassifierOptions } from './vnet'

/** Which of its heads is asked: the two that change features, or the one that scores those of a class. */
export type FeatureHead = 'projection' | 'prediction' | number

/** Options of {@link featureHeads}. */
export type FeatureHeadsOptions = Omit<ClassifierOptions, 'dropout'> & { dropout?: undefined }

/** Small networks over the features of single voxels. */
export interface FeatureHeads extends NetworkBase<'feature-heads', ResolvedClassifierOptions> {
  /**
   * @param rows `[batch, x, y, z, channels]`, float32, of any size; for `prediction` and a class `filters` channels
   * @param options.head which head
   * @returns `[batch, x, y, z, filters]`, of a class's head `[batch, x, y, z, 1]`; the caller's
   * @throws DUALSEG_SHAPE for a wrong shape, or for fewer than two voxels in training, DUALSEG_VALUE for a head that there is not
   */
  forward(rows: tf.Tensor, options: ForwardOptions & { head: FeatureHead }): { rows: tf.Tensor5D }
}

const EPSILON = 1e-5
/** Slope for negative values in the heads of the classes. */
const LEAK = 0.2

/**
 * Heads over voxels' features, each linear, batch norm over all voxels, ReLU, linear: `projection` and `prediction` with as many outputs as filters, and one a
 * class with a single output and a leaky ReLU. 6,146 parameters with 16 channels, 32 filters and 2 classes. No dropout.
 *
 * Source: Wu 2022 (SS-Net), released code.
 *
 * Differs: the heads that SS-Net has for the features in its memory are left out: their scores are divided by themselves and come to 1.
 *
 * @param options `channels` of the features, default 16; `filters`, default 32
 */
export function featureHeads(options: FeatureHeadsOptions): FeatureHeads {
  if (options?.dropout !== undefined) {
    throw dualsegError('DUALSEG_VALUE', `featureHeads: dropout is ${found(options.dropout)}; the heads have none, leave it out`)
  }
  const { channels: given = 16, filters: width = 32 } = options ?? {}
  const resolved = classifierOptions('featureHeads', options && { ...options, channels: given, filters: width, dropout: 0 })
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const projection = twoLayers(builder, 'projection_head', { inputs: channels, hidden: filters, outputs: filters })
  const prediction = twoLayers(builder, 'prediction_head', { inputs: filters, hidden: filters, outputs: filters })
  const selectors = Array.from({ length: classes }, (_, c) =>
    twoLayers(builder, `contrastive_class_selector_${c}`, { inputs: filters, hidden: filters, outputs: 1, leak: LEAK }),
  )
  const { base, run } = networkCore('feature-heads', resolved, builder)
  const layerOf = (head: FeatureHead): Layer => {
    const layer = head === 'projection' ? projection : head === 'prediction' ? prediction : selectors[head]
    if (layer !== undefined) return layer
    throw dualsegError(
      'DUALSEG_VALUE',
      `feature-heads.forward: head ${found(head)} is unknown; choose 'projection', 'prediction' or a class from 0 to ${classes - 1}`,
    )
  }
  return {
    ...base,
    forward(rows, forwardOptions) {
      const where = 'feature-heads.forward'
      expectTensor(where, 'rows', rows)
      const { head, ...passOptions } = forwardOptions ?? {}
      const layer = layerOf(head)
      checkRows(where, rows, head === 'projection' ? channels : filters)
      if (passOptions.training && rows.size / rows.shape[4]! < 2) {
        throw dualsegError('DUALSEG_SHAPE', `${where}: training on [${rows.shape}] is one value a channel, batch norm needs two`)
      }
      return run(passOptions, (pass) => ({ rows: layer(rows as tf.Tensor5D, pass) }))
    },
  }
}

function checkRows(where: string, rows: tf.Tensor, channels: number): void {
  if (rows.dtype !== 'float32') {
    throw dualsegError('DUALSEG_VALUE', `${where}: rows [${rows.shape}] are ${rows.dtype}, expected float32; cast them first`)
  }
  if (rows.rank !== 5 || rows.size === 0 || rows.shape[4] !== channels) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: rows [${rows.shape}], expected [batch, x, y, z, ${channels}] and at least one voxel`,
    )
  }
}

/** Linear, batch norm, ReLU or a leaky one, linear; as convolutions of one voxel, so that the engines' fused kernels do them. */
function twoLayers(
  builder: NetworkBuilder,
  name: string,
  { inputs, hidden, outputs, leak }: { inputs: number; hidden: number; outputs: number; leak?: number },
): Layer {
  const first = builder.linear(`${name}.0`, inputs, hidden)
  const { gamma, beta, running } = builder.batchNorm(`${name}.1`, hidden)
  const second = builder.linear(`${name}.3`, hidden, outputs)
  const filterOf = (weight: tf.Tensor) =>
    tf.reshape<tf.Rank.R5>(weight, [1, 1, 1, ...weight.shape] as [number, number, number, number, number])
  return (x, pass) =>
    tf.tidy(() => {
      const fixed = { filter: filterOf(first.weight), bias: first.bias, gamma, beta, relu: leak === undefined, epsilon: EPSILON }
      let map: tf.Tensor5D
      if (pass.training) {
        const { y, mean, variance } = convBatchNorm3d(x, { ...fixed, training: true })
        pass.note(running, mean, variance, y.size / hidden)
        map = y
      } else {
        map = convBatchNorm3d(x, { ...fixed, mean: running.mean, variance: running.variance, training: false }).y
      }
      return conv3d(leak === undefined ? map : leakyRelu(map, leak), filterOf(second.weight), second.bias)
    })
}
