import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { plainConvolution } from './convolution-layers'
import type { Network, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { type ClassifierOptions, classifierOptions, type ResolvedClassifierOptions } from './vnet'
import { vnetDecoder } from './vnet-decoder'
import { vnetEncoder } from './vnet-encoder'

/** What {@link vnetTwoHead} returns, both `[batch, x, y, z, classes - 1]`: a map a foreground class. */
export interface TwoHeadOutput extends NetworkOutput {
  /** Signed distance maps, after tanh. */
  sdm: tf.Tensor5D
  /** Foreground scores; their sigmoids are the probabilities. */
  logit: tf.Tensor5D
}

/**
 * V-Net with two 1x1x1 heads on the stage-9 map: a signed distance map and a score for each foreground class.
 *
 * Source: SASSNet and DTC, whose heads have one channel a foreground class. 9,448,866 parameters with 16 filters and 2 classes.
 */
export function vnetTwoHead(options: ClassifierOptions): Network<TwoHeadOutput, ResolvedClassifierOptions> {
  const resolved = classifierOptions('vnetTwoHead', options)
  const { filters, classes, channels } = resolved
  if (classes < 2) {
    throw dualsegError(
      'DUALSEG_VALUE',
      'vnetTwoHead: 1 class leaves no foreground to map; take 2, background and foreground, or more',
    )
  }
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const encode = vnetEncoder(builder, '', channels, filters)
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = { inChannels: filters, outChannels: classes - 1, kernel: 1, level: 0 }
  const distanceHead = plainConvolution(builder, 'out_conv', head)
  const scoreHead = plainConvolution(builder, 'out_conv2', head)
  return segmentationNetwork('vnet-two-head', resolved, builder, (x, pass) => {
    const map = pass.dropout(decode(encode(x, pass), pass), 'dropout:stage9')
    return { sdm: tf.tanh(distanceHead(map, pass)), logit: scoreHead(map, pass) }
  })
}
