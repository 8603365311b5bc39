import * as tf from '@tensorflow/tfjs-core'
import { padZeros } from './pad-zeros'

/** Stride and symmetric padding, the same on the three axes, as PyTorch counts them. */
export interface ConvolutionAttrs {
  stride: number
  padding: number
}

type Shape5D = [number, number, number, number, number]

/** Voxels along one axis after a convolution; a remainder that no window covers is dropped. */
export function convolvedSize(size: number, kernel: number, { stride, padding }: ConvolutionAttrs): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1
}

/** Voxels along one axis after a transposed convolution. */
export function transposedSize(size: number, kernel: number, { stride, padding }: ConvolutionAttrs): number {
  return (size - 1) * stride - 2 * padding + kernel
}

/**
 * tfjs knows only `same` and `valid`. `same` is symmetric where the stride is 1 and the padding keeps the size; everywhere else the
 * zeros are added beforehand.
 */
function keepsSize(filterShape: readonly number[], { stride, padding }: ConvolutionAttrs): boolean {
  return stride === 1 && [0, 1, 2].every((axis) => filterShape[axis] === 2 * padding + 1)
}

function padSpatial(x: tf.Tensor5D, padding: number): tf.Tensor5D {
  const both = [padding, padding] as const
  return padZeros(x, [[0, 0], both, both, both, [0, 0]])
}

/** Convolution without bias, by tfjs-core. x [batch,x,y,z,cin], filter [kx,ky,kz,cin,cout]. */
export function convolve(x: tf.Tensor5D, filter: tf.Tensor5D, attrs: ConvolutionAttrs): tf.Tensor5D {
  if (attrs.padding === 0) return tf.conv3d(x, filter, attrs.stride, 'valid')
  if (keepsSize(filter.shape, attrs)) return tf.conv3d(x, filter, 1, 'same')
  return tf.conv3d(padSpatial(x, attrs.padding), filter, attrs.stride, 'valid')
}

/** Gradient of `convolve` for its input, of shape `inputShape`. */
export function convolveGradInput(
  dy: tf.Tensor5D,
  filter: tf.Tensor5D,
  inputShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor5D {
  const { stride, padding } = attrs
  const unpadded = padding === 0 || keepsSize(filter.shape, attrs)
  const shape = inputShape.map((size, axis) => (unpadded || axis === 0 || axis === 4 ? size : size + 2 * padding))
  const pad = padding > 0 && unpadded ? 'same' : 'valid'
  const strides = [stride, stride, stride]
  const dx: tf.Tensor5D = tf.engine().runKernel('Conv3DBackpropInputV2', { dy, filter }, { pad, strides, inputShape: shape })
  return unpadded ? dx : tf.slice(dx, [0, padding, padding, padding, 0], inputShape as Shape5D)
}

/** Gradient of `convolve` for its filter, of shape `filterShape`. */
export function convolveGradFilter(
  x: tf.Tensor5D,
  dy: tf.Tensor5D,
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor5D {
  const { stride, padding } = attrs
  const unpadded = padding === 0 || keepsSize(filterShape, attrs)
  const input = unpadded ? x : padSpatial(x, padding)
  const pad = padding > 0 && unpadded ? 'same' : 'valid'
  const strides = [stride, stride, stride]
  return tf.engine().runKernel('Conv3DBackpropFilterV2', { x: input, dy }, { pad, strides, filterShape: [...filterShape] })
}

/** y + bias along the channel axis. At rank 2, since WebGPU adds a short vector wrongly at rank 5. */
export function addBias(y: tf.Tensor5D, bias: tf.Tensor1D | undefined): tf.Tensor5D {
  if (!bias) return y
  return tf.reshape(tf.add(tf.reshape(y, [-1, bias.shape[0]]), bias), y.shape)
}
