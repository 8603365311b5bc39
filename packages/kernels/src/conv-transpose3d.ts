import type * as tf from '@tensorflow/tfjs-core'
import { addBias, type ConvolutionAttrs, convolve, convolveGradFilter, convolveGradInput, transposedSize } from './convolution'
import { convolutionGradient, type GradFilter, type GradInput } from './convolution-gradient'
import {
  CONVOLUTION_OPTIONS,
  type ConvolutionInputs,
  type ConvolutionOptions,
  convolutionAttrs,
  TRANSPOSED,
} from './convolution-inputs'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectOptions, shapeText } from './validate'

// A transposed convolution is the input gradient of the convolution with the same filter, read as [kx,ky,kz,cin',cout'] with
// cin' = our cout and cout' = our cin. Hence its own input gradient is that convolution, and in its filter gradient dy and x
// change places.

export const convTranspose3dGradInput: GradInput = defineKernel({
  name: 'DualSegConvTranspose3dGradInput',
  composite: ({ dy, filter }, attrs) => convolve(dy, filter, attrs),
})

export const convTranspose3dGradFilter: GradFilter = defineKernel({
  name: 'DualSegConvTranspose3dGradFilter',
  composite: ({ x, dy }, attrs) => convolveGradFilter(dy, x, attrs.filterShape, attrs),
})

export const runConvTranspose3d = defineKernel<
  { x: tf.Tensor5D; filter: tf.Tensor5D; bias?: tf.Tensor1D },
  ConvolutionAttrs,
  tf.Tensor5D
>({
  name: 'DualSegConvTranspose3d',
  composite: ({ x, filter, bias }, attrs) => {
    const spatial = [0, 1, 2].map((axis) => transposedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs))
    return addBias(convolveGradInput(x, filter, [x.shape[0], ...spatial, filter.shape[3]], attrs), bias)
  },
  gradient: convolutionGradient(convTranspose3dGradInput, convTranspose3dGradFilter),
})

/** Checks what a transposed convolution is given and fills in the defaults. */
export function convTranspose3dAttrs(where: string, inputs: ConvolutionInputs, options: ConvolutionOptions): ConvolutionAttrs {
  const attrs = convolutionAttrs(where, inputs, options, TRANSPOSED)
  const { x, filter } = inputs
  if ([0, 1, 2].some((axis) => transposedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs) < 1)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: padding ${attrs.padding} leaves nothing of x ${shapeText(x.shape)} with filter ${shapeText(filter.shape)}`,
    )
  }
  return attrs
}

/**
 * Transposed 3-D convolution, the upsampling of the networks (k = stride = 2), with an optional bias.
 *
 * @param x [batch, x, y, z, cin]
 * @param filter [kx, ky, kz, cout, cin], the layout of `tf.conv3dTranspose`
 * @param bias [cout], or null
 * @returns [batch, x', y', z', cout] with x' = (x - 1) stride - 2 padding + kx
 * @throws DUALSEG_SHAPE if ranks or channels do not fit
 */
export function convTranspose3d(
  x: tf.Tensor5D,
  filter: tf.Tensor5D,
  bias: tf.Tensor1D | null = null,
  options: ConvolutionOptions = {},
): tf.Tensor5D {
  expectOptions('convTranspose3d', options, CONVOLUTION_OPTIONS)
  const attrs = convTranspose3dAttrs('convTranspose3d', { x, filter, bias }, options)
  return runConvTranspose3d({ x, filter, bias: bias ?? undefined }, attrs)
}
