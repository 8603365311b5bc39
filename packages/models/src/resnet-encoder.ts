import * as tf from '@tensorflow/tfjs-core'
import { convolutionUnit, type Layer } from './convolution-layers'
import type { NetworkBuilder } from './network-builder'
import type { Encoder, Pyramid } from './vnet-encoder'

/** Basic blocks of each of ResNet-34's layers (He 2016, table 1). */
const BLOCKS = [3, 4, 6, 3]

/**
 * 3-D ResNet-34 as MCF, LUSEG and DualNet use it: stem k7 at **stride 1**, no max-pooling, then four layers of basic
 * blocks, each halving the resolution. Convolutions have no bias. No dropout at the bottleneck, other than in the V-Net.
 */
export function resnetEncoder(builder: NetworkBuilder, prefix: string, channels: number, filters: number): Encoder {
  const stem = convolutionUnit(
    builder,
    { conv: `${prefix}conv1`, norm: `${prefix}bn1` },
    { inChannels: channels, outChannels: filters, kernel: 7, padding: 3, bias: false, level: 0 },
  )
  const layers = BLOCKS.map((count, i) => {
    const outChannels = filters * 2 ** (i + 1)
    return Array.from({ length: count }, (_, block) =>
      basicBlock(builder, `${prefix}layer${i + 1}.${block}`, {
        inChannels: block === 0 ? outChannels / 2 : outChannels,
        outChannels,
        stride: block === 0 ? 2 : 1,
        level: i + 1,
      }),
    )
  })
  return (x, pass) => {
    const maps: tf.Tensor5D[] = [stem(x, pass)]
    for (const blocks of layers) {
      maps.push(tf.tidy(() => blocks.reduce((map, block) => block(map, pass), maps[maps.length - 1]!)))
    }
    return maps as Pyramid
  }
}

/** Two k3 convolutions around a shortcut: identity, or a k1 convolution where size and width change. */
function basicBlock(
  builder: NetworkBuilder,
  name: string,
  spec: { inChannels: number; outChannels: number; stride: number; level: number },
): Layer {
  const { inChannels, outChannels, stride, level } = spec
  const first = convolutionUnit(
    builder,
    { conv: `${name}.conv1`, norm: `${name}.bn1` },
    { inChannels, outChannels, kernel: 3, stride, padding: 1, bias: false, level },
  )
  const second = convolutionUnit(
    builder,
    { conv: `${name}.conv2`, norm: `${name}.bn2` },
    { inChannels: outChannels, outChannels, kernel: 3, padding: 1, bias: false, level },
  )
  const shortcut =
    stride === 1
      ? undefined
      : convolutionUnit(
          builder,
          { conv: `${name}.downsample.0`, norm: `${name}.downsample.1` },
          { inChannels, outChannels, kernel: 1, stride, bias: false, relu: false, level },
        )
  return (x, pass) => tf.tidy(() => second(first(x, pass), pass, shortcut ? shortcut(x, pass) : x))
}
