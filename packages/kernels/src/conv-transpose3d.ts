import type * as tf from '@tensorflow/tfjs-core'
import { biasGrad } from './bias-grad'
import type { ConvolutionOptions } from './conv3d'
import { addBias, type ConvolutionAttrs, convolve, convolveGradFilter, convolveGradInput, transposedSize } from './convolution'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectFloat, expectRank, expectShape, expectWhole, shapeText } from './validate'

// A transposed convolution is the input gradient of the convolution with the same filter, read as [kx,ky,kz,cin',cout'] with
// cin' = our cout and cout' = our cin. Hence its own input gradient is that convolution, and in its filter gradient dy and x
// change places.

export const convTranspose3dGradInput = defineKernel<
  { dy: tf.Tensor5D; filter: tf.Tensor5D },
  ConvolutionAttrs & { inputShape: number[] },
  tf.Tensor5D
>({
  name: 'DualSegConvTranspose3dGradInput',
  composite: ({ dy, filter }, attrs) => convolve(dy, filter, attrs),
})

export const convTranspose3dGradFilter = defineKernel<
  { x: tf.Tensor5D; dy: tf.Tensor5D },
  ConvolutionAttrs & { filterShape: number[] },
  tf.Tensor5D
>({
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
  gradient: {
    inputsToSave: ['x', 'filter'],
    gradFunc: (dyOrList, saved, namedAttrs) => {
      const dy = dyOrList as tf.Tensor5D
      const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
      const attrs = namedAttrs as unknown as ConvolutionAttrs
      return {
        x: () => convTranspose3dGradInput({ dy, filter }, { ...attrs, inputShape: x.shape }),
        filter: () => convTranspose3dGradFilter({ x, dy }, { ...attrs, filterShape: filter.shape }),
        bias: () => biasGrad({ dy }, {}),
      }
    },
  },
})

/** Checks what a transposed convolution is given and fills in the defaults. */
export function transposedAttrs(
  where: string,
  x: tf.Tensor5D,
  filter: tf.Tensor5D,
  bias: tf.Tensor1D | null | undefined,
  { stride = 1, padding = 0 }: ConvolutionOptions,
): ConvolutionAttrs {
  expectRank(where, 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat(where, 'x', x)
  expectRank(where, 'filter', filter, 5, '[kx,ky,kz,cout,cin]')
  expectFloat(where, 'filter', filter)
  expectWhole(where, 'stride', stride, 1)
  expectWhole(where, 'padding', padding, 0)
  if (filter.shape[4] !== x.shape[4]) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: transposed filter ${shapeText(filter.shape)} takes ${filter.shape[4]} channels (its last axis), x ${shapeText(x.shape)} has ${x.shape[4]}`,
    )
  }
  if (bias) {
    expectFloat(where, 'bias', bias)
    expectShape(where, 'bias', bias, [filter.shape[3]], 'one number an output channel')
  }
  const attrs = { stride, padding }
  if ([0, 1, 2].some((axis) => transposedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs) < 1)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: padding ${padding} leaves nothing of x ${shapeText(x.shape)} with filter ${shapeText(filter.shape)}`,
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
  const attrs = transposedAttrs('convTranspose3d', x, filter, bias, options)
  return runConvTranspose3d({ x, filter, bias: bias ?? undefined }, attrs)
}
