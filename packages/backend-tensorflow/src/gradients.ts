import * as tf from '@tensorflow/tfjs-core'
import { BACKEND_NAME } from './load-backend'

interface Windows extends tf.NamedAttrMap {
  strides: number | number[]
  pad: 'same' | 'valid'
  dilations: number | number[]
}

/** Registers the gradients of convolutions that TensorFlow.js lacks. */
export function registerMissingGradients(): void {
  registerTransposedGradient()
  registerDilatedGradient()
}

/** `tf.conv3dTranspose` is the kernel of a convolution's input gradient, which has no gradient itself. Another's stays. */
function registerTransposedGradient(): void {
  if (tf.getGradient('Conv3DBackpropInputV2')) return
  tf.registerGradient({
    kernelName: 'Conv3DBackpropInputV2',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, saved, attrs) => {
      const [dy, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
      const { strides, pad } = attrs as Windows
      const x = gradient as tf.Tensor5D
      return {
        dy: () => tf.engine().runKernel('Conv3D', { x, filter }, { strides, pad, dataFormat: 'NDHWC', dilations: 1 }),
        filter: () => tf.engine().runKernel('Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape: filter.shape }),
      }
    },
  })
}

/** tfjs-core refuses dilated windows in gradients; here they are computed. On every other backend its own gradient goes on. */
function registerDilatedGradient(): void {
  const plain = tf.getGradient('Conv3D')
  if (plain?.inputsToSave === undefined) return
  tf.unregisterGradient('Conv3D')
  tf.registerGradient({
    ...plain,
    gradFunc: (dy, saved, attrs) => {
      const windows = attrs as Windows
      if (tf.getBackend() !== BACKEND_NAME || [windows.dilations].flat().every((rate) => rate === 1))
        return plain.gradFunc(dy, saved, attrs)
      const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
      const { strides, pad, dilations } = windows
      const output = dy as tf.Tensor5D
      return {
        x: () =>
          tf
            .engine()
            .runKernel('Conv3DBackpropInputV2', { dy: output, filter }, { strides, pad, dilations, inputShape: x.shape }),
        filter: () =>
          tf
            .engine()
            .runKernel('Conv3DBackpropFilterV2', { x, dy: output }, { strides, pad, dilations, filterShape: filter.shape }),
      }
    },
  })
}
