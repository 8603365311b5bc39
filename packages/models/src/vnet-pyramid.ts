import { upsampleTrilinear3d } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { plainConvolution } from './convolution-layers'
import type { Network, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { type ClassifierOptions, classifierOptions, type ResolvedClassifierOptions } from './vnet'
import { vnetDecoder } from './vnet-decoder'
import { vnetEncoder } from './vnet-encoder'

/** What {@link vnetPyramid} returns. */
export interface PyramidOutput extends NetworkOutput {
  /** `[batch, x, y, z, classes]` before softmax, from the map at full resolution. */
  logits: tf.Tensor5D
  /** The same from the maps at 1/2, 1/4 and 1/8, interpolated to full size. */
  coarser: tf.Tensor5D[]
}

/** Dropout of the maps at full, 1/2, 1/4 and 1/8 resolution as shares of the network's: 0.1, 0.2, 0.3 and 0.5 of the usual 0.5. */
const DROPOUT_SHARES = [0.2, 0.4, 0.6, 1]

/**
 * V-Net that scores the classes at four scales of its decoder: 9,449,320 parameters with 16 filters and 2 classes. Channel dropout after every stage of the
 * decoder, most in the coarsest, and what is dropped is dropped for the next stage too; none after the bottleneck. `dropout` is that of the coarsest.
 *
 * Source: Luo 2021 (URPC), whose heads and dropout sit on a U-Net in SSL4MIS; here they do on {@link vnet}.
 */
export function vnetPyramid(options: ClassifierOptions): Network<PyramidOutput, ResolvedClassifierOptions> {
  const resolved = classifierOptions('vnetPyramid', options)
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const encode = vnetEncoder(builder, '', channels, filters, { dropout: false })
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = (name: string, level: number) =>
    plainConvolution(builder, name, { inChannels: filters * 2 ** level, outChannels: classes, kernel: 1, level })
  const finest = head('out_conv', 0)
  // In the order of the state dict, the coarsest first.
  const heads = [3, 2, 1].map((level) => ({ level, score: head(`dsv${level + 1}.dsv.0`, level) })).reverse()
  return segmentationNetwork('vnet-pyramid', resolved, builder, (x, pass) => {
    const maps: tf.Tensor5D[] = []
    decode(encode(x, pass), pass, (map, level) => {
      maps[level] = pass.dropout(map, `dropout:level${level}`, DROPOUT_SHARES[level])
      return maps[level]
    })
    const coarser = heads.map(({ level, score }) =>
      tf.tidy(() => upsampleTrilinear3d(score(maps[level]!, pass), { alignCorners: false, factor: 2 ** level })),
    )
    return { logits: finest(maps[0]!, pass), coarser }
  })
}
