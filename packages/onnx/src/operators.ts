import { attrsOf } from '@dualseg/kernels/engine'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import { type Recording, refused } from './recording'

/** A kernel's call while a graph is recorded. */
export interface RecordedCall {
  readonly kernel: string
  readonly inputs: NamedTensorInfoMap
  readonly attrs: NamedAttrMap
  readonly recording: Recording
}

/** Writes the nodes of one call and returns the tensor that stands for its result. */
type Operator = (call: RecordedCall) => TensorInfo

/**
 * The kernels that have operators in ONNX. Maps are `[batch, x, y, z, channels]` here and `[batch, channels, x, y, z]` there; parameters stay in PyTorch's
 * layout, which is ONNX's: filters `[out, in, x, y, z]`, transposed ones `[in, out, x, y, z]`.
 */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  DualSegConv3d: (call) => convolved(call, false),
  DualSegConvTranspose3d: (call) => convolved(call, true),
  DualSegConvBatchNormInference: (call) => normalised(call, convolved(call, attrsOf<{ transposed: boolean }>(call).transposed)),
  DualSegBatchNormInference: (call) => normalised(call, call.inputs.x!),
  DualSegUpsampleTrilinear: (call) => {
    const { alignCorners, factor } = attrsOf<{ alignCorners: boolean; factor: number }>(call)
    return resized(call, factor, {
      mode: { text: 'linear' },
      coordinate_transformation_mode: { text: alignCorners ? 'align_corners' : 'half_pixel' },
    })
  },
  DualSegUpsampleNearest: (call) =>
    resized(call, 2, {
      mode: { text: 'nearest' },
      coordinate_transformation_mode: { text: 'asymmetric' },
      nearest_mode: { text: 'floor' },
    }),
  Add: (call) => added(call, call.inputs.a!, call.inputs.b!),
  Concat: (call) => withLeadingZeros(call),
  Identity: ({ inputs }) => inputs.x!,
  Relu: (call) => elementwise(call, 'Relu', call.inputs.x!),
  Tanh: (call) => elementwise(call, 'Tanh', call.inputs.x!),
  Sigmoid: (call) => elementwise(call, 'Sigmoid', call.inputs.x!),
  Softmax: (call) => {
    const { kernel, inputs, attrs, recording } = call
    const logits = inputs.logits!
    if (attrs.dim !== 4) throw refused(`${kernel} is over axis ${attrs.dim}, expected the channels, axis 4`)
    return recording.tensor(recording.node('Softmax', [recording.mapOf(kernel, logits)], { axis: { int: 1 } }), logits.shape)
  },
}

function convolved({ kernel, inputs, attrs, recording }: RecordedCall, transposed: boolean): TensorInfo {
  const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }
  const { stride, padding } = attrs as { stride: number; padding: number }
  const names = [filter, ...(bias ? [bias] : [])].map((tensor) => recording.parameterOf(kernel, tensor))
  const value = recording.node(transposed ? 'ConvTranspose' : 'Conv', [recording.mapOf(kernel, x), ...names], {
    strides: { ints: [stride, stride, stride] },
    pads: { ints: new Array<number>(6).fill(padding) },
  })
  const size = (n: number, taps: number) =>
    transposed ? (n - 1) * stride - 2 * padding + taps : Math.floor((n + 2 * padding - taps) / stride) + 1
  const spatial = [1, 2, 3].map((axis) => size(x.shape[axis]!, filter.shape[axis - 1]!))
  return recording.tensor(value, [x.shape[0]!, ...spatial, filter.shape[transposed ? 3 : 4]!])
}

/** Batch norm with running statistics, what is added to it, and ReLU. */
function normalised(call: RecordedCall, x: TensorInfo): TensorInfo {
  const { kernel, inputs, recording } = call
  const { epsilon, relu } = attrsOf<{ epsilon: number; relu: boolean }>(call)
  const vectors = ['gamma', 'beta', 'mean', 'variance'].map((name) => recording.parameterOf(kernel, inputs[name]!))
  const value = recording.node('BatchNormalization', [recording.mapOf(kernel, x), ...vectors], { epsilon: { float: epsilon } })
  const map = recording.tensor(value, x.shape)
  const sum = inputs.residual ? added(call, map, inputs.residual) : map
  return relu ? elementwise(call, 'Relu', sum) : sum
}

function added({ kernel, recording }: RecordedCall, a: TensorInfo, b: TensorInfo): TensorInfo {
  if (String(a.shape) !== String(b.shape))
    throw refused(`${kernel} adds [${b.shape}] to [${a.shape}], expected maps of one shape`)
  return recording.tensor(recording.node('Add', [recording.mapOf(kernel, a), recording.mapOf(kernel, b)]), a.shape)
}

/** Scores that begin with the background's, which are 0 by definition: one channel of zeros before a map. */
function withLeadingZeros({ kernel, inputs, attrs, recording }: RecordedCall): TensorInfo {
  const [zeros, map, ...others] = Object.values(inputs) as TensorInfo[]
  const isOnChannels = attrs.axis === 4 || attrs.axis === -1
  if (!zeros || !map || others.length > 0 || !isOnChannels || !recording.isZeros(zeros) || zeros.shape[4] !== 1) {
    throw refused(`${kernel} joins what is no channel of zeros and a map; no operator is known here for anything else`)
  }
  const pads = recording.constant('one_channel_before', { ints: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0] })
  const value = recording.node('Pad', [recording.mapOf(kernel, map), pads])
  return recording.tensor(value, [...map.shape.slice(0, 4), map.shape[4]! + 1])
}

function elementwise({ kernel, recording }: RecordedCall, operator: string, x: TensorInfo): TensorInfo {
  return recording.tensor(recording.node(operator, [recording.mapOf(kernel, x)]), x.shape)
}

function resized(
  { kernel, inputs, recording }: RecordedCall,
  factor: number,
  attributes: Parameters<Recording['node']>[2],
): TensorInfo {
  const x = inputs.x!
  const scales = recording.constant(`scales_${factor}`, { floats: [1, 1, factor, factor, factor] })
  const value = recording.node('Resize', [recording.mapOf(kernel, x), '', scales], attributes)
  const [batch, nx, ny, nz, channels] = x.shape as [number, number, number, number, number]
  return recording.tensor(value, [batch, factor * nx, factor * ny, factor * nz, channels])
}
