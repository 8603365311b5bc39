import * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { checkCount, checkOptions } from './check-options'
import { plainConvolution } from './convolution-layers'
import type { CreateOptions, Network, NetworkOptions, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { vnetDecoder } from './vnet-decoder'
import { vnetEncoder } from './vnet-encoder'

/** Options of {@link vnetTwoHead}. */
export interface TwoHeadOptions extends CreateOptions {
  /**
   * Channels of the input volume.
   *
   * @default 1
   */
  channels?: number
}

/** What {@link vnetTwoHead} returns, both `[batch, x, y, z, 1]`. */
export interface TwoHeadOutput extends NetworkOutput {
  /** Signed distance map, after tanh. */
  sdm: tf.Tensor5D
  /** Foreground score; its sigmoid is the probability. */
  logit: tf.Tensor5D
}

/**
 * V-Net for one foreground class with two 1x1x1 heads on the stage-9 map: a signed distance map and a score.
 *
 * Source: SASSNet and DTC. 9,448,866 parameters with 16 filters.
 */
export function vnetTwoHead(options: TwoHeadOptions): Network<TwoHeadOutput, NetworkOptions> {
  const { channels = 1 } = options
  checkCount('vnetTwoHead', 'channels', channels)
  const resolved = { ...checkOptions('vnetTwoHead', options, { initialise: 'kaiming', filters: 16 }), channels }
  const { filters } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const encode = vnetEncoder(builder, '', channels, filters)
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = { inChannels: filters, outChannels: 1, kernel: 1, level: 0 }
  const distanceHead = plainConvolution(builder, 'out_conv', head)
  const scoreHead = plainConvolution(builder, 'out_conv2', head)
  return segmentationNetwork('vnet-two-head', resolved, builder, (x, pass) => {
    const map = pass.dropout(decode(encode(x, pass), pass), 'dropout:stage9')
    return { sdm: tf.tanh(distanceHead(map, pass)), logit: scoreHead(map, pass) }
  })
}
