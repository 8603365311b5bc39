import { dualsegError, found } from '@dualseg/kernels'
import type * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { plainConvolution } from './convolution-layers'
import type { Network, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { type ClassifierOptions, classifierOptions, type ResolvedClassifierOptions } from './vnet'
import { type Upsampling, vnetDecoder } from './vnet-decoder'
import { vnetEncoder } from './vnet-encoder'

/** Options of {@link mcnet}. */
export interface McnetOptions extends ClassifierOptions {
  /**
   * 2 as in MC-Net (MICCAI 2021), 3 as in MC-Net+ (MedIA 2022).
   *
   * @default 2
   */
  decoders?: 2 | 3
}

/** The same after defaults. */
export interface ResolvedMcnetOptions extends ResolvedClassifierOptions {
  readonly decoders: 2 | 3
}

/** What {@link mcnet} returns. */
export interface McnetOutput extends NetworkOutput {
  /** Each `[batch, x, y, z, classes]` before softmax. */
  decoders: tf.Tensor5D[]
}

const UPSAMPLING: readonly Upsampling[] = ['transposed', 'trilinear', 'nearest']

/**
 * One V-Net encoder, two or three decoders that differ in how they upsample; each has its own dropout and head.
 * 12,347,716 parameters with two decoders, 15,246,566 with three (16 filters, 2 classes).
 *
 * Source: Wu 2021 (MC-Net) and Wu 2022 (MC-Net+), released code.
 */
export function mcnet(options: McnetOptions): Network<McnetOutput, ResolvedMcnetOptions> {
  const checked = classifierOptions('mcnet', options, ['decoders'])
  const { decoders = 2 } = options
  if (decoders !== 2 && decoders !== 3) {
    throw dualsegError('DUALSEG_VALUE', `mcnet: decoders ${found(decoders)} is unknown; choose 2 (MC-Net) or 3 (MC-Net+)`)
  }
  const resolved = { ...checked, decoders }
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const encode = vnetEncoder(builder, 'encoder.', channels, filters)
  const branches = UPSAMPLING.slice(0, decoders).map((upsampling, i) => {
    const prefix = `decoder${i + 1}.`
    return {
      decode: vnetDecoder(builder, prefix, filters, upsampling),
      purpose: `dropout:${prefix}stage9`,
      head: plainConvolution(builder, `${prefix}out_conv`, { inChannels: filters, outChannels: classes, kernel: 1, level: 0 }),
    }
  })
  return segmentationNetwork('mcnet', resolved, builder, (x, pass) => {
    const maps = encode(x, pass)
    return { decoders: branches.map(({ decode, purpose, head }) => head(pass.dropout(decode(maps, pass), purpose), pass)) }
  })
}
