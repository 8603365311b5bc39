import * as tf from '@tensorflow/tfjs-core'
import { convolutionBlock, convolutionUnit, type Layer } from './convolution-layers'
import type { ForwardPass } from './forward-pass'
import type { NetworkBuilder } from './network-builder'

/** Maps at full, 1/2, 1/4, 1/8 and 1/16 resolution with f, 2f, 4f, 8f and 16f channels. */
export type Pyramid = [tf.Tensor5D, tf.Tensor5D, tf.Tensor5D, tf.Tensor5D, tf.Tensor5D]

/** A volume to a pyramid of maps. */
export type Encoder = (x: tf.Tensor5D, pass: ForwardPass) => Pyramid

const STAGES = [
  { name: 'one', convolutions: 1 },
  { name: 'two', convolutions: 2 },
  { name: 'three', convolutions: 3 },
  { name: 'four', convolutions: 3 },
  { name: 'five', convolutions: 3 },
]

/**
 * The V-Net's way down: blocks of k3 convolutions without residuals, k2 s2 convolutions between them, channel dropout
 * after the deepest.
 *
 * Source: Milletari 2016 as coded in UA-MT and its descendants.
 *
 * @param prefix of the parameter names, e.g. `encoder.`
 * @param options.dropout false leaves out the one after the deepest block, default true
 */
export function vnetEncoder(
  builder: NetworkBuilder,
  prefix: string,
  channels: number,
  filters: number,
  { dropout = true } = {},
): Encoder {
  const blocks: Layer[] = []
  const downs: Layer[] = []
  STAGES.forEach(({ name, convolutions }, level) => {
    const width = filters * 2 ** level
    const inChannels = level === 0 ? channels : width
    blocks.push(
      convolutionBlock(builder, `${prefix}block_${name}`, { inChannels, outChannels: width, level, count: convolutions }),
    )
    if (level === STAGES.length - 1) return
    const down = `${prefix}block_${name}_dw.conv`
    downs.push(
      convolutionUnit(
        builder,
        { conv: `${down}.0`, norm: `${down}.1` },
        { inChannels: width, outChannels: 2 * width, kernel: 2, stride: 2, level: level + 1 },
      ),
    )
  })
  return (x, pass) => {
    const maps: tf.Tensor5D[] = []
    blocks.forEach((block, level) => {
      maps.push(tf.tidy(() => block(level === 0 ? x : downs[level - 1]!(maps[level - 1]!, pass), pass)))
    })
    if (dropout) maps[4] = pass.dropout(maps[4]!, `dropout:${prefix}bottleneck`)
    return maps as Pyramid
  }
}
