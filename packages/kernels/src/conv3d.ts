import type * as tf from '@tensorflow/tfjs-core'
import { addBias, type ConvolutionAttrs, convolve, convolvedSize, convolveGradFilter, convolveGradInput } from './convolution'
import { convolutionGradient, type GradFilter, type GradInput } from './convolution-gradient'
import {
  CONVOLUTION_OPTIONS,
  type ConvolutionInputs,
  type ConvolutionOptions,
  convolutionAttrs,
  PLAIN,
} from './convolution-inputs'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectOptions, shapeText } from './validate'

export const conv3dGradInput: GradInput = defineKernel({
  name: 'DualSegConv3dGradInput',
  composite: ({ dy, filter }, attrs) => convolveGradInput(dy, filter, attrs.inputShape, attrs),
})

export const conv3dGradFilter: GradFilter = defineKernel({
  name: 'DualSegConv3dGradFilter',
  composite: ({ x, dy }, attrs) => convolveGradFilter(x, dy, attrs.filterShape, attrs),
})

export const runConv3d = defineKernel<{ x: tf.Tensor5D; filter: tf.Tensor5D; bias?: tf.Tensor1D }, ConvolutionAttrs, tf.Tensor5D>(
  {
    name: 'DualSegConv3d',
    composite: ({ x, filter, bias }, attrs) => addBias(convolve(x, filter, attrs), bias),
    gradient: convolutionGradient(conv3dGradInput, conv3dGradFilter),
  },
)

/** Checks what a convolution is given and fills in the defaults. */
export function conv3dAttrs(where: string, inputs: ConvolutionInputs, options: ConvolutionOptions): ConvolutionAttrs {
  const attrs = convolutionAttrs(where, inputs, options, PLAIN)
  const { x, filter } = inputs
  if ([0, 1, 2].some((axis) => convolvedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs) < 1)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: x ${shapeText(x.shape)} with padding ${attrs.padding} is smaller than filter ${shapeText(filter.shape)}`,
    )
  }
  return attrs
}

/**
 * 3-D convolution (cross-correlation, as every network library means it) with an optional bias.
 *
 * @param x [batch, x, y, z, cin]
 * @param filter [kx, ky, kz, cin, cout]
 * @param bias [cout], or null
 * @returns [batch, x', y', z', cout] with x' = floor((x + 2 padding - kx) / stride) + 1
 * @throws DUALSEG_SHAPE if ranks or channels do not fit or the filter is larger than the padded input
 */
export function conv3d(
  x: tf.Tensor5D,
  filter: tf.Tensor5D,
  bias: tf.Tensor1D | null = null,
  options: ConvolutionOptions = {},
): tf.Tensor5D {
  expectOptions('conv3d', options, CONVOLUTION_OPTIONS)
  const attrs = conv3dAttrs('conv3d', { x, filter, bias }, options)
  return runConv3d({ x, filter, bias: bias ?? undefined }, attrs)
}
