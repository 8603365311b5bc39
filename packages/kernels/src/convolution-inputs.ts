import type * as tf from '@tensorflow/tfjs-core'
import type { ConvolutionAttrs } from './convolution'
import { dualsegError } from './errors'
import { expectFloat, expectRank, expectShape, expectWhole, shapeText } from './validate'

/** How the windows of a convolution lie, the same on the three axes. */
export interface ConvolutionOptions {
  /** @default 1 */
  readonly stride?: number
  /** Zeros on both sides of each spatial axis, as in PyTorch. @default 0 */
  readonly padding?: number
}

export const CONVOLUTION_OPTIONS = ['stride', 'padding'] as const

/** What a convolution, plain or transposed, is given. */
export interface ConvolutionInputs {
  readonly x: tf.Tensor5D
  readonly filter: tf.Tensor5D
  readonly bias: tf.Tensor1D | null | undefined
}

/** Which axis of a filter goes with the input's channels, and which with the output's. */
export interface FilterLayout {
  readonly name: string
  readonly text: string
  readonly takes: 3 | 4
  readonly gives: 3 | 4
}

export const PLAIN: FilterLayout = { name: 'filter', text: '[kx,ky,kz,cin,cout]', takes: 3, gives: 4 }
export const TRANSPOSED: FilterLayout = { name: 'transposed filter', text: '[kx,ky,kz,cout,cin]', takes: 4, gives: 3 }

/** Checks everything but whether the windows fit, and fills in the defaults. */
export function convolutionAttrs(
  where: string,
  { x, filter, bias }: ConvolutionInputs,
  options: ConvolutionOptions,
  layout: FilterLayout,
): ConvolutionAttrs {
  const { stride = 1, padding = 0 } = options
  expectRank(where, 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat(where, 'x', x)
  expectRank(where, 'filter', filter, 5, layout.text)
  expectFloat(where, 'filter', filter)
  expectWhole(where, 'stride', stride, 1)
  expectWhole(where, 'padding', padding, 0)
  if (filter.shape[layout.takes] !== x.shape[4]) {
    const takes = `${filter.shape[layout.takes]} channels${layout.takes === 4 ? ' (its last axis)' : ''}`
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${layout.name} ${shapeText(filter.shape)} takes ${takes}, x ${shapeText(x.shape)} has ${x.shape[4]}`,
    )
  }
  if (bias !== null && bias !== undefined) {
    expectFloat(where, 'bias', bias)
    expectShape(where, 'bias', bias, [filter.shape[layout.gives]!], 'one number an output channel')
  }
  return { stride, padding }
}
