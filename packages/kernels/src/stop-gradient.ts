import * as tf from '@tensorflow/tfjs-core'
import { expectTensor } from './validate'

/**
 * The same values as a constant: nothing differentiates through the result. Shares memory with x; costs nothing.
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  expectTensor('stopGradient', 'x', x)
  const { backend } = tf.engine()
  backend.incRef(x.dataId)
  // Made outside any kernel, it never reaches the tape.
  return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }, backend) as T
}
