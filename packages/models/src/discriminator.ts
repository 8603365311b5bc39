import { dualsegError, leakyRelu } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { networkCore } from './assemble-network'
import { checkCount, checkOptionNames, checkOptions } from './check-options'
import { checkVolume } from './check-volume'
import { plainConvolution } from './convolution-layers'
import type { CreateOptions, ForwardOptions, Initialisation, NetworkBase } from './network'
import { NetworkBuilder } from './network-builder'

/** Options of {@link discriminator}. */
export interface DiscriminatorOptions extends CreateOptions {
  /** @default 2 */
  classes?: number
  /**
   * Channels of the map that is judged.
   *
   * @default 1
   */
  mapChannels?: number
  /**
   * Channels of the image it belongs to.
   *
   * @default 1
   */
  imageChannels?: number
}

/** The same after defaults. */
export interface ResolvedDiscriminatorOptions {
  readonly initialise: Initialisation
  readonly filters: number
  readonly dropout: number
  readonly classes: number
  readonly mapChannels: number
  readonly imageChannels: number
}

/** A network that judges a map beside its image. */
export interface Discriminator extends NetworkBase<'discriminator', ResolvedDiscriminatorOptions> {
  /**
   * @param map `[batch, x, y, z, mapChannels]`, float32, every axis divisible by 16
   * @param image `[batch, x, y, z, imageChannels]`, same size
   * @returns logits `[batch, classes]`, the caller's
   * @throws DUALSEG_SHAPE for a wrong shape, DUALSEG_USAGE if training without a random source for dropout
   */
  forward(map: tf.Tensor, image: tf.Tensor, options: ForwardOptions): { logits: tf.Tensor2D }
}

/** Slope for negative values. */
const LEAK = 0.2

/**
 * SASSNet's discriminator: map and image through one k4 s2 convolution each, added; three more; global average; linear.
 * 11,020,290 parameters with 64 filters. No batch norm; channel dropout after the first three stages.
 *
 * Source: Li 2020 (SASSNet), released code.
 *
 * Differs: the pool spans whatever is left of the patch; the released one is 7x7x5 and fits 112x112x80 only.
 */
export function discriminator(options: DiscriminatorOptions): Discriminator {
  checkOptionNames('discriminator', options, ['classes', 'mapChannels', 'imageChannels'])
  const { classes = 2, mapChannels = 1, imageChannels = 1 } = options
  for (const [name, value] of Object.entries({ classes, mapChannels, imageChannels })) checkCount('discriminator', name, value)
  const checked = checkOptions('discriminator', options, { initialise: 'default', filters: 64 })
  const resolved = { ...checked, classes, mapChannels, imageChannels }
  const { filters } = resolved
  const builder = new NetworkBuilder(resolved.initialise, options.random)
  const halving = (name: string, inChannels: number, outChannels: number, level: number) =>
    plainConvolution(builder, name, { inChannels, outChannels, kernel: 4, stride: 2, padding: 1, level })
  const mapLayer = halving('conv0', mapChannels, filters, 1)
  const imageLayer = halving('conv1', imageChannels, filters, 1)
  const deeper = [2, 3, 4].map((level) => halving(`conv${level}`, filters * 2 ** (level - 2), filters * 2 ** (level - 1), level))
  const classifier = builder.linear('classifier', 8 * filters, classes)

  const { base, run } = networkCore('discriminator', resolved, builder)
  return {
    ...base,
    forward(map, image, forwardOptions) {
      checkVolume('discriminator.forward: map', map, mapChannels)
      checkVolume('discriminator.forward: image', image, imageChannels)
      if (String(map.shape.slice(0, 4)) !== String(image.shape.slice(0, 4))) {
        throw dualsegError('DUALSEG_SHAPE', `discriminator.forward: map [${map.shape}] and image [${image.shape}] differ in size`)
      }
      return run(forwardOptions, (pass) => {
        let x = leakyRelu(tf.add<tf.Tensor5D>(mapLayer(map, pass), imageLayer(image, pass)), LEAK)
        deeper.forEach((layer, i) => {
          x = leakyRelu(layer(pass.dropout(x, `dropout:stage${i + 1}`), pass), LEAK)
        })
        const pooled = tf.mean<tf.Tensor2D>(x, [1, 2, 3])
        return { logits: tf.add<tf.Tensor2D>(tf.matMul(pooled, classifier.weight), classifier.bias) }
      })
    },
  }
}
