import { segmentationNetwork } from './assemble-network'
import { plainConvolution } from './convolution-layers'
import type { Network } from './network'
import { NetworkBuilder } from './network-builder'
import { resnetEncoder } from './resnet-encoder'
import {
  classifierOptions,
  type LogitsOutput,
  type NormalisedOptions,
  normalisation,
  type ResolvedClassifierOptions,
} from './vnet'
import { vnetDecoder } from './vnet-decoder'

/**
 * 3-D ResNet-34 encoder with the V-Net's decoder: 17,930,354 parameters with 16 filters and 2 classes. Dropout only
 * before the head.
 *
 * Source: the second network of MCF, LUSEG and DualNet. Their encoder zeroes the last batch norm weight of each block and
 * then re-initialises everything, so all weights start at 1, here as there.
 *
 * Differs: `features` as in {@link vnet}.
 */
export function resnet34(options: NormalisedOptions): Network<LogitsOutput, ResolvedClassifierOptions> {
  const resolved = classifierOptions('resnet34', options, ['normalise'])
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random, normalisation('resnet34', options))
  const encode = resnetEncoder(builder, 'resnet_encoder.', channels, filters)
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = plainConvolution(builder, 'out_conv', { inChannels: filters, outChannels: classes, kernel: 1, level: 0 })
  return segmentationNetwork('resnet34', resolved, builder, (x, pass) => {
    const features = decode(encode(x, pass), pass)
    return { logits: head(pass.dropout(features, 'dropout:stage9'), pass), features }
  })
}
