import type * as tf from '@tensorflow/tfjs-core'
import { biasGrad } from './bias-grad'
import type { ConvolutionAttrs } from './convolution'
import type { KernelGradient, KernelRunner } from './dispatch'

/** Gradient of a convolution, plain or transposed, for its input: of shape `inputShape`. */
export type GradInput = KernelRunner<
  { dy: tf.Tensor5D; filter: tf.Tensor5D },
  ConvolutionAttrs & { inputShape: number[] },
  tf.Tensor5D
>

/** Gradient of a convolution, plain or transposed, for its filter: of shape `filterShape`. */
export type GradFilter = KernelRunner<
  { x: tf.Tensor5D; dy: tf.Tensor5D },
  ConvolutionAttrs & { filterShape: number[] },
  tf.Tensor5D
>

/** The entry on the tape that both convolutions have; they differ in the two kernels alone. */
export function convolutionGradient(gradInput: GradInput, gradFilter: GradFilter): KernelGradient<ConvolutionAttrs, tf.Tensor5D> {
  return {
    inputsToSave: ['x', 'filter'],
    gradFunc(dy, saved, attrs) {
      const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
      return {
        x: () => gradInput({ dy, filter }, { ...attrs, inputShape: x.shape }),
        filter: () => gradFilter({ x, dy }, { ...attrs, filterShape: filter.shape }),
        bias: () => biasGrad({ dy }, {}),
      }
    },
  }
}
