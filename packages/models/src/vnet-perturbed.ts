import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { plainConvolution } from './convolution-layers'
import type { Network, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { type ClassifierOptions, classifierOptions, type ResolvedClassifierOptions } from './vnet'
import { vnetDecoder } from './vnet-decoder'
import { type Pyramid, vnetEncoder } from './vnet-encoder'

/** What {@link vnetPerturbed} returns. */
export interface PerturbedOutput extends NetworkOutput {
  /** `[batch, x, y, z, classes]` before softmax. */
  logits: tf.Tensor5D
  /** In training the same of the second half of the batch, or of as many samples as are asked for, a weak and a strong perturbation; else none. */
  perturbed: tf.Tensor5D[]
}

/** Channel dropout of the encoder's maps as shares of the network's: 0.25 and 0.75 of the usual 0.5. */
const SHARES = { weak: 0.5, strong: 1.5 } as const

/**
 * V-Net whose decoder, in training, sees the maps of the batch's second half (or of as many of its last samples as are asked for) three times: as they are, and with channels dropped at all five resolutions, few and
 * many. What is decoded together shares its batch statistics. Channel dropout after the bottleneck, none before the head. 9,448,866 parameters with 16 filters.
 *
 * Source: Zhao 2024 (CrossMatch), released code.
 *
 * @param options `dropout` below 2/3: the strong perturbation drops half as much again
 */
export function vnetPerturbed(options: ClassifierOptions): Network<PerturbedOutput, ResolvedClassifierOptions> {
  const resolved = classifierOptions('vnetPerturbed', options)
  if (resolved.dropout * SHARES.strong >= 1) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `vnetPerturbed: dropout ${resolved.dropout} leaves no channel at 1.5 times as much; take less than 2/3`,
    )
  }
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const encode = vnetEncoder(builder, '', channels, filters)
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = plainConvolution(builder, 'out_conv', { inChannels: filters, outChannels: classes, kernel: 1, level: 0 })
  return segmentationNetwork('vnet-perturbed', resolved, builder, (x, pass) => {
    const maps = encode(x, pass)
    const count = pass.training ? Math.min(pass.perturbed ?? Math.floor(x.shape[0] / 2), x.shape[0]) : 0
    if (count === 0) return { logits: head(decode(maps, pass), pass), perturbed: [] }
    const all = maps.map((map, level) => {
      const [, second] = tf.split(map, [x.shape[0] - count, count]) as [tf.Tensor5D, tf.Tensor5D]
      const kinds = (['weak', 'strong'] as const).map((kind) =>
        pass.dropout(second, `perturbation:${kind}:level${level}`, SHARES[kind]),
      )
      return tf.concat([map, ...kinds])
    }) as Pyramid
    const logits = head(decode(all, pass), pass)
    const [plain, weak, strong] = tf.split(logits, [x.shape[0], count, count]) as [tf.Tensor5D, tf.Tensor5D, tf.Tensor5D]
    return { logits: plain, perturbed: [weak, strong] }
  })
}
