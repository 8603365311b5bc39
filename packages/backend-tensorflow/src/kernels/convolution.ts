import type { TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { CONSTANTS, type NodeBackend, type OpAttr } from '../tfjs-node'
import {
  attrsOf,
  FLOAT,
  flagAttr,
  type KernelCall,
  type KernelTable,
  reshaped,
  run,
  shapeInput,
  type TensorFlowKernel,
  textAttr,
  typeAttr,
  wholeAttr,
} from './ops'

/** As in the contract: symmetric padding, the same on the three axes. */
export interface Windows {
  readonly stride: number
  readonly padding: number
}

/** TensorFlow's words for the windows of a 3-D convolution. */
function opAttrs(stride: number, padding: 'SAME' | 'VALID'): OpAttr[] {
  const strides = [1, stride, stride, stride, 1]
  return [FLOAT, wholeAttr('strides', strides), textAttr('padding', padding), textAttr('data_format', 'NDHWC')]
}

/** TensorFlow pads by itself only so that sizes are kept; every other padding is done before. */
function keepsSize(filterShape: readonly number[], { stride, padding }: Windows): boolean {
  return padding > 0 && stride === 1 && [0, 1, 2].every((axis) => filterShape[axis] === 2 * padding + 1)
}

function padded(backend: NodeBackend, x: TensorInfo, padding: number): TensorInfo {
  const spatial = [padding, padding]
  const paddings = tf.tensor2d([[0, 0], spatial, spatial, spatial, [0, 0]], [5, 2], 'int32')
  return run(backend, 'Pad', [x, paddings], [FLOAT, typeAttr('Tpaddings', CONSTANTS.TF_INT32)])
}

function convolve(backend: NodeBackend, x: TensorInfo, filter: TensorInfo, windows: Windows): tf.Tensor {
  const { stride, padding } = windows
  if (keepsSize(filter.shape, windows)) return run(backend, 'Conv3D', [x, filter], opAttrs(1, 'SAME'))
  const input = padding > 0 ? padded(backend, x, padding) : x
  return run(backend, 'Conv3D', [input, filter], opAttrs(stride, 'VALID'))
}

function gradInput(
  backend: NodeBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  shape: readonly number[],
  windows: Windows,
): tf.Tensor {
  const { stride, padding } = windows
  const isSame = keepsSize(filter.shape, windows)
  const added = isSame ? 0 : padding
  const paddedShape = shape.map((size, axis) => (axis > 0 && axis < 4 ? size + 2 * added : size))
  const attrs = [...opAttrs(stride, isSame ? 'SAME' : 'VALID'), typeAttr('Tshape', CONSTANTS.TF_INT32)]
  const dx = run(backend, 'Conv3DBackpropInputV2', [shapeInput(paddedShape), filter, dy], attrs)
  return added > 0 ? tf.slice(dx, [0, added, added, added, 0], [...shape]) : dx
}

/**
 * Sample by sample: oneDNN adds up all voxels in float32, and the shorter its sums are, the more digits they keep. The samples of a
 * tensor are not copied.
 */
function gradFilter(backend: NodeBackend, x: TensorInfo, dy: TensorInfo, shape: readonly number[], windows: Windows): tf.Tensor {
  const { stride, padding } = windows
  const isSame = keepsSize(shape, windows)
  const input = padding > 0 && !isSame ? padded(backend, x, padding) : x
  if (shape[0] === 1 && shape[1] === 1 && shape[2] === 1 && stride === 1 && padding === 0) return byProduct(backend, x, dy, shape)
  const attrs = opAttrs(stride, isSame ? 'SAME' : 'VALID')
  const filterShape = shapeInput(shape)
  const ofSample = (sample: number) =>
    run(backend, 'Conv3DBackpropFilterV2', [sampleOf(backend, input, sample), filterShape, sampleOf(backend, dy, sample)], attrs)
  const batch = x.shape[0]!
  if (batch === 1 || backend.isUsingGpuDevice) return run(backend, 'Conv3DBackpropFilterV2', [input, filterShape, dy], attrs)
  return tf.addN(Array.from({ length: batch }, (_, sample) => ofSample(sample)))
}

/** Of a 1x1x1 filter: the product of the voxels' channels. */
function byProduct(backend: NodeBackend, x: TensorInfo, dy: TensorInfo, shape: readonly number[]): tf.Tensor {
  const voxels = (map: TensorInfo) =>
    reshaped(backend, map, [x.shape.slice(0, 4).reduce((product, n) => product * n), map.shape[4]!])
  const attrs = [FLOAT, flagAttr('transpose_a', true), flagAttr('transpose_b', false)]
  return reshaped(backend, run(backend, 'MatMul', [voxels(x), voxels(dy)], attrs), shape)
}

function sampleOf(backend: NodeBackend, { dataId, shape, dtype }: TensorInfo, sample: number): TensorInfo {
  const begin = tf.tensor1d([sample, 0, 0, 0, 0], 'int32')
  const size = shapeInput([1, ...shape.slice(1)])
  return run(backend, 'Slice', [{ dataId, shape, dtype }, begin, size], [FLOAT, typeAttr('Index', CONSTANTS.TF_INT32)])
}

/** The convolution of a call, transposed or not, with its bias. */
export function convolution({ inputs, backend }: KernelCall, windows: Windows, isTransposed: boolean): tf.Tensor5D {
  const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }
  const z = isTransposed ? transposed(backend, x, filter, windows) : convolve(backend, x, filter, windows)
  return (bias ? run(backend, 'BiasAdd', [z, bias], [FLOAT, textAttr('data_format', 'NHWC')]) : z) as tf.Tensor5D
}

/** A transposed convolution is the input gradient of the plain one with the same filter. */
function transposed(backend: NodeBackend, x: TensorInfo, filter: TensorInfo, windows: Windows): tf.Tensor {
  const { stride, padding } = windows
  const spatial = [0, 1, 2].map((axis) => (x.shape[axis + 1]! - 1) * stride - 2 * padding + filter.shape[axis]!)
  return gradInput(backend, x, filter, [x.shape[0]!, ...spatial, filter.shape[3]!], windows)
}

function forward(isTransposed: boolean): TensorFlowKernel {
  return (call) => convolution(call, attrsOf<Windows>(call), isTransposed)
}

const convGradInput: TensorFlowKernel = (call) => {
  const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo }
  const { inputShape, ...windows } = attrsOf<Windows & { inputShape: number[] }>(call)
  return gradInput(call.backend, dy, filter, inputShape, windows)
}

const transposedGradInput: TensorFlowKernel = (call) => {
  const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo }
  return convolve(call.backend, dy, filter, attrsOf<Windows>(call))
}

function filterGradient(isTransposed: boolean): TensorFlowKernel {
  return (call) => {
    const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo }
    const { filterShape, ...windows } = attrsOf<Windows & { filterShape: number[] }>(call)
    const [input, output] = isTransposed ? [dy, x] : [x, dy]
    return gradFilter(call.backend, input, output, filterShape, windows)
  }
}

/** In two levels: one float32 sum over hundreds of thousands of voxels, as the op of this name computes, loses half its digits. */
const biasGrad: TensorFlowKernel = ({ inputs, backend }) => {
  const [batch, x, y, z, channels] = inputs.dy!.shape as [number, number, number, number, number]
  return tf.sum(tf.sum(reshaped(backend, inputs.dy!, [batch * x, y * z, channels]), 1), 0)
}

export const CONVOLUTION_KERNELS: KernelTable = {
  DualSegConv3d: forward(false),
  DualSegConv3dGradInput: convGradInput,
  DualSegConv3dGradFilter: filterGradient(false),
  DualSegConvTranspose3d: forward(true),
  DualSegConvTranspose3dGradInput: transposedGradInput,
  DualSegConvTranspose3dGradFilter: filterGradient(true),
  DualSegBiasGrad: biasGrad,
}
