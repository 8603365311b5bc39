import { dualsegError, found } from '@dualseg/kernels'
import type * as tf from '@tensorflow/tfjs-core'
import { segmentationNetwork } from './assemble-network'
import { checkCount, checkOptionNames, checkOptions } from './check-options'
import { plainConvolution } from './convolution-layers'
import type { CreateOptions, Network, NetworkOptions, NetworkOutput } from './network'
import { NetworkBuilder } from './network-builder'
import { vnetDecoder } from './vnet-decoder'
import { vnetEncoder } from './vnet-encoder'

/** Options of networks that return class scores. */
export interface ClassifierOptions extends CreateOptions {
  /** @default 2 */
  classes?: number
  /**
   * Channels of the input volume.
   *
   * @default 1
   */
  channels?: number
}

/** Over what each channel is normalised: a batch, with running statistics and affine parameters, or each sample of it, with neither. */
export type Normalisation = 'batch' | 'instance'

/** Options of {@link vnet} and {@link resnet34}. */
export interface NormalisedOptions extends ClassifierOptions {
  /** @default 'batch' */
  normalise?: Normalisation
}

/** {@link NormalisedOptions.normalise}, checked. */
export function normalisation(where: string, { normalise = 'batch' }: NormalisedOptions): Normalisation {
  if (normalise === 'batch' || normalise === 'instance') return normalise
  throw dualsegError('DUALSEG_VALUE', `${where}: normalise ${found(normalise)} is unknown; choose 'batch' or 'instance'`)
}

/** The same after defaults. */
export interface ResolvedClassifierOptions extends NetworkOptions {
  readonly classes: number
}

/** What {@link vnet} and {@link resnet34} return. */
export interface LogitsOutput extends NetworkOutput {
  /** `[batch, x, y, z, classes]` before softmax. */
  logits: tf.Tensor5D
  /** `[batch, x, y, z, filters]`, stage 9 before its dropout. */
  features: tf.Tensor5D
}

/** Defaults and checks of {@link ClassifierOptions}. */
export function classifierOptions(
  where: string,
  options: ClassifierOptions,
  own: readonly string[] = [],
): ResolvedClassifierOptions {
  checkOptionNames(where, options, ['classes', 'channels', ...own])
  const { classes = 2, channels = 1 } = options
  checkCount(where, 'classes', classes)
  checkCount(where, 'channels', channels)
  return { ...checkOptions(where, options, { initialise: 'kaiming', filters: 16 }), classes, channels }
}

/**
 * V-Net with additive skips: 9,448,866 parameters with 16 filters and 2 classes. Channel dropout after the bottleneck
 * and before the head.
 *
 * Source: Milletari 2016 as coded in UA-MT, SASSNet, DTC, MC-Net, MCF, LUSEG and DualNet (all give the same logits).
 *
 * Differs: `features` is the stage-9 map before its dropout; LUSEG and DualNet hand out the map after it, so that channels
 * which dropout zeroed enter their prototypes.
 */
export function vnet(options: NormalisedOptions): Network<LogitsOutput, ResolvedClassifierOptions> {
  const resolved = classifierOptions('vnet', options, ['normalise'])
  const { filters, classes, channels } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random, normalisation('vnet', options))
  const encode = vnetEncoder(builder, '', channels, filters)
  const decode = vnetDecoder(builder, '', filters, 'transposed')
  const head = plainConvolution(builder, 'out_conv', { inChannels: filters, outChannels: classes, kernel: 1, level: 0 })
  return segmentationNetwork('vnet', resolved, builder, (x, pass) => {
    const features = decode(encode(x, pass), pass)
    return { logits: head(pass.dropout(features, 'dropout:stage9'), pass), features }
  })
}
