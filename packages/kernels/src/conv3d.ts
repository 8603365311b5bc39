import type * as tf from '@tensorflow/tfjs-core'
import { biasGrad } from './bias-grad'
import { addBias, type ConvolutionAttrs, convolve, convolvedSize, convolveGradFilter, convolveGradInput } from './convolution'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectFloat, expectRank, expectShape, expectWhole, shapeText } from './validate'

/** How the windows of a convolution lie, the same on the three axes. */
export interface ConvolutionOptions {
  /** @default 1 */
  readonly stride?: number
  /** Zeros on both sides of each spatial axis, as in PyTorch. @default 0 */
  readonly padding?: number
}

export const conv3dGradInput = defineKernel<
  { dy: tf.Tensor5D; filter: tf.Tensor5D },
  ConvolutionAttrs & { inputShape: number[] },
  tf.Tensor5D
>({
  name: 'DualSegConv3dGradInput',
  composite: ({ dy, filter }, attrs) => convolveGradInput(dy, filter, attrs.inputShape, attrs),
})

export const conv3dGradFilter = defineKernel<
  { x: tf.Tensor5D; dy: tf.Tensor5D },
  ConvolutionAttrs & { filterShape: number[] },
  tf.Tensor5D
>({
  name: 'DualSegConv3dGradFilter',
  composite: ({ x, dy }, attrs) => convolveGradFilter(x, dy, attrs.filterShape, attrs),
})

export const runConv3d = defineKernel<{ x: tf.Tensor5D; filter: tf.Tensor5D; bias?: tf.Tensor1D }, ConvolutionAttrs, tf.Tensor5D>(
  {
    name: 'DualSegConv3d',
    composite: ({ x, filter, bias }, attrs) => addBias(convolve(x, filter, attrs), bias),
    gradient: {
      inputsToSave: ['x', 'filter'],
      gradFunc: (dyOrList, saved, namedAttrs) => {
        const dy = dyOrList as tf.Tensor5D
        const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
        const attrs = namedAttrs as unknown as ConvolutionAttrs
        return {
          x: () => conv3dGradInput({ dy, filter }, { ...attrs, inputShape: x.shape }),
          filter: () => conv3dGradFilter({ x, dy }, { ...attrs, filterShape: filter.shape }),
          bias: () => biasGrad({ dy }, {}),
        }
      },
    },
  },
)

/** Checks what a convolution is given and fills in the defaults. */
export function convolutionAttrs(
  where: string,
  x: tf.Tensor5D,
  filter: tf.Tensor5D,
  bias: tf.Tensor1D | null | undefined,
  { stride = 1, padding = 0 }: ConvolutionOptions,
): ConvolutionAttrs {
  expectRank(where, 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat(where, 'x', x)
  expectRank(where, 'filter', filter, 5, '[kx,ky,kz,cin,cout]')
  expectFloat(where, 'filter', filter)
  expectWhole(where, 'stride', stride, 1)
  expectWhole(where, 'padding', padding, 0)
  if (filter.shape[3] !== x.shape[4]) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: filter ${shapeText(filter.shape)} takes ${filter.shape[3]} channels, x ${shapeText(x.shape)} has ${x.shape[4]}`,
    )
  }
  if (bias) {
    expectFloat(where, 'bias', bias)
    expectShape(where, 'bias', bias, [filter.shape[4]], 'one number an output channel')
  }
  const attrs = { stride, padding }
  for (let axis = 0; axis < 3; axis++) {
    if (convolvedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs) < 1) {
      throw dualsegError(
        'DUALSEG_SHAPE',
        `${where}: x ${shapeText(x.shape)} with padding ${padding} is smaller than filter ${shapeText(filter.shape)}`,
      )
    }
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
  const attrs = convolutionAttrs('conv3d', x, filter, bias, options)
  return runConv3d({ x, filter, bias: bias ?? undefined }, attrs)
}
