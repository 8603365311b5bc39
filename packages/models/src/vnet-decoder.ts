import { addMaps3d, upsampleNearest3d, upsampleTrilinear3d } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { convolutionBlock, convolutionUnit, type Layer } from './convolution-layers'
import type { ForwardPass } from './forward-pass'
import type { NetworkBuilder } from './network-builder'
import type { Pyramid } from './vnet-encoder'

/** How a decoder doubles the resolution. */
export type Upsampling = 'transposed' | 'trilinear' | 'nearest'

/** What is done to the map of each resolution (1/2^level) before the next stage takes it. */
export type AfterStage = (map: tf.Tensor5D, level: number) => tf.Tensor5D

/** The way up: a pyramid to the stage-9 map, before its dropout. */
export type Decoder = (maps: Pyramid, pass: ForwardPass, after?: AfterStage) => tf.Tensor5D

const STAGES = [
  { up: 'five', block: 'six', convolutions: 3, level: 3 },
  { up: 'six', block: 'seven', convolutions: 3, level: 2 },
  { up: 'seven', block: 'eight', convolutions: 2, level: 1 },
  { up: 'eight', block: 'nine', convolutions: 1, level: 0 },
]

/**
 * The V-Net's way up, shared by all networks here: upsample, **add** the encoder's map of that resolution, convolve.
 *
 * - `transposed`: transposed convolution k2 s2
 * - `trilinear`: factor 2 with aligned corners, then a k3 convolution (MC-Net's second decoder)
 * - `nearest`: factor 2, then a k3 convolution (MC-Net's third decoder)
 */
export function vnetDecoder(builder: NetworkBuilder, prefix: string, filters: number, upsampling: Upsampling): Decoder {
  const stages = STAGES.map(({ up, block, convolutions, level }) => {
    const width = filters * 2 ** level
    return {
      level,
      up: upsamplingUnit(builder, `${prefix}block_${up}_up.conv`, width, level, upsampling),
      block: convolutionBlock(builder, `${prefix}block_${block}`, {
        inChannels: width,
        outChannels: width,
        level,
        count: convolutions,
      }),
    }
  })
  return (maps, pass, after = (map) => map) => {
    let map: tf.Tensor5D = maps[4]
    for (const { level, up, block } of stages) {
      const below = map
      map = after(
        tf.tidy(() => block(addMaps3d(up(below, pass), maps[level]!), pass)),
        level,
      )
    }
    return map
  }
}

function upsamplingUnit(builder: NetworkBuilder, name: string, width: number, level: number, upsampling: Upsampling): Layer {
  const channels = { inChannels: 2 * width, outChannels: width, level }
  if (upsampling === 'transposed') {
    return convolutionUnit(
      builder,
      { conv: `${name}.0`, norm: `${name}.1` },
      { ...channels, kernel: 2, stride: 2, transposed: true },
    )
  }
  // Index 0 of PyTorch's Sequential is the parameterless upsampling.
  const unit = convolutionUnit(builder, { conv: `${name}.1`, norm: `${name}.2` }, { ...channels, kernel: 3, padding: 1 })
  return (x, pass) => unit(upsampling === 'nearest' ? upsampleNearest3d(x) : upsampleTrilinear3d(x, { alignCorners: true }), pass)
}
