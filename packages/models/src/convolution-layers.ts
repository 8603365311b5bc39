import { type ConvBatchNormOptions, conv3d, convBatchNorm3d } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { ForwardPass } from './forward-pass'
import type { ConvolutionSpec, NetworkBuilder } from './network-builder'

/** A map to a map within one forward pass. */
export type Layer = (x: tf.Tensor5D, pass: ForwardPass) => tf.Tensor5D

/** A layer that may add a residual before its ReLU. */
export type ResidualLayer = (x: tf.Tensor5D, pass: ForwardPass, residual?: tf.Tensor5D) => tf.Tensor5D

/** PyTorch's default. */
const EPSILON = 1e-5

/** Names of a convolution and its batch norm in the state dict. */
export interface UnitNames {
  readonly conv: string
  readonly norm: string
}

/**
 * Convolution, batch norm, residual (if given) and ReLU: the unit that all time goes into, one engine call and one tape entry.
 *
 * @param spec.relu whether a ReLU follows, default true
 */
export function convolutionUnit(
  builder: NetworkBuilder,
  names: UnitNames,
  spec: ConvolutionSpec & { readonly relu?: boolean },
): ResidualLayer {
  const { filter, bias } = builder.convolution(names.conv, spec)
  const { stride = 1, padding = 0, transposed = false, relu = true } = spec
  if (builder.normalise === 'instance') {
    return instanceNormalised({ filter, bias, stride, padding, transposed, relu, epsilon: EPSILON }, spec.outChannels)
  }
  const { gamma, beta, running } = builder.batchNorm(names.norm, spec.outChannels)
  const fixed = { filter, bias, gamma, beta, stride, padding, transposed, relu, epsilon: EPSILON }
  return (x, pass, residual) => {
    if (!pass.training) {
      const { mean, variance } = running
      return convBatchNorm3d(x, { ...fixed, residual, mean, variance, training: false }).y
    }
    const { y, mean, variance } = convBatchNorm3d(x, { ...fixed, residual, training: true })
    const [batch, nx, ny, nz] = y.shape
    pass.note(running, mean, variance, batch * nx * ny * nz)
    return y
  }
}

/** Each sample is normalised by itself, in and out of training: a batch norm without memory over a batch of one. */
function instanceNormalised(
  fixed: Pick<ConvBatchNormOptions, 'filter' | 'bias' | 'stride' | 'padding' | 'transposed' | 'relu' | 'epsilon'>,
  channels: number,
): ResidualLayer {
  return (x, _, residual) =>
    tf.tidy(() => {
      const [gamma, beta] = [tf.ones<tf.Rank.R1>([channels]), tf.zeros<tf.Rank.R1>([channels])]
      const each = (map: tf.Tensor5D) => tf.split(map, map.shape[0]) as tf.Tensor5D[]
      const residuals = residual && each(residual)
      const samples = each(x).map(
        (sample, i) => convBatchNorm3d(sample, { ...fixed, gamma, beta, residual: residuals?.[i], training: true }).y,
      )
      return samples.length === 1 ? samples[0]! : (tf.concat(samples) as tf.Tensor5D)
    })
}

/** `count` units of k3 convolution, batch norm and ReLU; named `<name>.conv.<i>` as in a PyTorch Sequential of triples. */
export function convolutionBlock(
  builder: NetworkBuilder,
  name: string,
  spec: { inChannels: number; outChannels: number; level: number; count: number },
): Layer {
  const units = Array.from({ length: spec.count }, (_, i) =>
    convolutionUnit(
      builder,
      { conv: `${name}.conv.${3 * i}`, norm: `${name}.conv.${3 * i + 1}` },
      {
        inChannels: i === 0 ? spec.inChannels : spec.outChannels,
        outChannels: spec.outChannels,
        kernel: 3,
        padding: 1,
        level: spec.level,
      },
    ),
  )
  return (x, pass) => units.reduce((map, unit) => unit(map, pass), x)
}

/** A convolution with bias and nothing after it. */
export function plainConvolution(builder: NetworkBuilder, name: string, spec: ConvolutionSpec): Layer {
  const { filter, bias } = builder.convolution(name, spec)
  const { stride = 1, padding = 0 } = spec
  return (x) => conv3d(x, filter, bias ?? null, { stride, padding })
}
