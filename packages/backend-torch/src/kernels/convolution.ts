import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TorchType } from '../libtorch'
import type { Pointer } from '../native-words'
import * as aten from '../operators'
import { channelsFirst, sizeOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { attrsOf, type KernelCall, type KernelTable, type TorchKernel } from './kernel'

export interface ConvAttrs {
  readonly stride: number
  readonly padding: number
}

const THREE_ZEROS = [0, 0, 0]
const THREE_ONES = [1, 1, 1]

/** What PyTorch sends to a slow kernel of its own instead of oneDNN: one sample whose first three axes hold no more than this. */
const SLOW_BELOW = 20480

function triple(n: number): number[] {
  return [n, n, n]
}

/** `[kx, ky, kz, a, b]` read as PyTorch's `[b, a, kx, ky, kz]`, plain (a = cin) or transposed (a = cout) alike. */
function filterLayout([x, y, z, a, b]: readonly number[]): { sizes: number[]; strides: number[] } {
  return { sizes: [b!, a!, x!, y!, z!], strides: [1, b!, y! * z! * a! * b!, z! * a! * b!, a! * b!] }
}

/** A map as PyTorch reads it, in the type that convolutions are computed in. */
function mapView(backend: TorchBackend, x: TensorInfo, type: TorchType): Pointer {
  return backend.view(x, { ...channelsFirst(x.shape), type })
}

function filterView(backend: TorchBackend, filter: TensorInfo, type: TorchType): Pointer {
  return backend.view(filter, { ...filterLayout(filter.shape), type })
}

/**
 * Makes a tensor [batch, x, y, z, channels] of PyTorch's [batch, channels, x, y, z]: as it is where the channels lie innermost, else moved.
 */
export function adoptMap(backend: TorchBackend, map: Pointer, shape: number[], type: TorchType): TensorInfo {
  const { library } = backend
  const { sizes, strides } = channelsFirst(shape)
  const found = library.stridesOf(map, 5)
  const isChannelsLast = sizes.every((size, axis) => size <= 1 || found[axis] === strides[axis])
  const dense = isChannelsLast ? map : aten.CLONE(library, map, library.memoryFormats.channelsLast3d)
  return backend.adopt(dense, shape, 'float32', type)
}

/** Shape of what a convolution gives. */
function outputShape(
  x: readonly number[],
  filter: readonly number[],
  { stride, padding }: ConvAttrs,
  isTransposed: boolean,
): number[] {
  const spatial = [0, 1, 2].map((axis) => {
    const [size, kernel] = [x[axis + 1]!, filter[axis]!]
    return isTransposed ? (size - 1) * stride - 2 * padding + kernel : Math.floor((size + 2 * padding - kernel) / stride) + 1
  })
  return [x[0]!, ...spatial, filter[isTransposed ? 3 : 4]!]
}

/** Whether PyTorch would leave oneDNN, where it has it, for a kernel that is up to ten times as slow. */
function isSlow({ options, library }: TorchBackend, [batch, x, y, , channels]: readonly number[], type: TorchType): boolean {
  const isLoneSample = options.device.kind === 'cpu' && type === 'float32' && batch === 1
  return isLoneSample && channels! * x! * y! <= SLOW_BELOW && library.hasOneDnn
}

/** Convolution, plain or transposed, with an optional bias; a map in the type that convolutions are computed in. */
export function convolve(call: KernelCall, isTransposed: boolean): { map: Pointer; shape: number[]; type: TorchType } {
  const { inputs, backend } = call
  const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }
  const attrs = attrsOf<ConvAttrs>(call)
  const { library } = backend
  const type = backend.options.precision
  const shape = outputShape(x.shape, filter.shape, attrs, isTransposed)
  const [map, weight] = [mapView(backend, x, type), filterView(backend, filter, type)]
  const offset = bias ? backend.view(bias, { type }) : null
  const [stride, padding] = [triple(attrs.stride), triple(attrs.padding)]
  if (isSlow(backend, x.shape, type)) {
    const y = isTransposed
      ? aten.ONEDNN_CONV_TRANSPOSE(library, map, weight, offset, padding, THREE_ZEROS, stride, THREE_ONES, 1, 'none', [], null)
      : aten.ONEDNN_CONVOLUTION(library, map, weight, offset, padding, stride, THREE_ONES, 1)
    return { map: y, shape, type }
  }
  const y = aten.CONVOLUTION(library, map, weight, offset, stride, padding, THREE_ONES, isTransposed, THREE_ZEROS, 1)
  return { map: y, shape, type }
}

function forward(isTransposed: boolean): TorchKernel {
  return (call) => {
    const { backend } = call
    const { map, shape, type } = convolve(call, isTransposed)
    // Scores and losses are float32 in any precision.
    const wide = type === 'float32' ? map : backend.tensors.converted(map, 'float32')
    return adoptMap(backend, wide, shape, 'float32')
  }
}

type Wanted = [dx: boolean, dfilter: boolean, dbias: boolean]

function backward(
  backend: TorchBackend,
  [dy, x, filter]: [Pointer, Pointer, Pointer],
  { stride, padding }: ConvAttrs,
  isTransposed: boolean,
  wanted: Wanted,
): Pointer[] {
  const { library } = backend
  const windows = [triple(stride), triple(padding), THREE_ONES] as const
  return aten.CONVOLUTION_BACKWARD.all(library, dy, x, filter, null, ...windows, isTransposed, THREE_ZEROS, 1, wanted)
}

/** Gives up the results that were not wanted; they are empty. */
function only(backend: TorchBackend, results: readonly Pointer[], at: number): Pointer {
  for (const [i, result] of results.entries()) if (i !== at) backend.library.delete(result)
  return results[at]!
}

function gradInput(isTransposed: boolean): TorchKernel {
  return (call) => {
    const { inputs, backend } = call
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const { inputShape, ...attrs } = attrsOf<ConvAttrs & { inputShape: number[] }>(call)
    const type = backend.options.precision
    const layout = channelsFirst(inputShape)
    // PyTorch asks for x, of which it needs the shape alone: any memory that is large enough will do.
    const x =
      sizeOf(dy.shape) >= sizeOf(inputShape)
        ? backend.view(dy, { ...layout, type })
        : backend.library.empty(layout.sizes, layout.strides, type, backend.options.device)
    const operands: [Pointer, Pointer, Pointer] = [mapView(backend, dy, type), x, filterView(backend, filter, type)]
    const results = backward(backend, operands, attrs, isTransposed, [true, false, false])
    return adoptMap(backend, only(backend, results, 0), inputShape, type)
  }
}

function gradFilter(isTransposed: boolean): TorchKernel {
  return (call) => {
    const { inputs, backend } = call
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const { filterShape, ...attrs } = attrsOf<ConvAttrs & { filterShape: number[] }>(call)
    const { library, tensors } = backend
    const type = gradFilterType(backend, x, dy)
    const [kx, ky, kz, a, b] = filterShape as [number, number, number, number, number]
    const layout = channelsFirst([b, kx, ky, kz, a])
    const filter = library.empty(layout.sizes, layout.strides, type, backend.options.device)
    const operands: [Pointer, Pointer, Pointer] = [mapView(backend, x, type), mapView(backend, dy, type), filter]
    const results = backward(backend, [operands[1], operands[0], filter], attrs, isTransposed, [false, true, false])
    const found = only(backend, results, 1)
    const gradient = type === 'float32' ? found : tensors.converted(found, 'float32')
    // From [b, a, kx, ky, kz] to the order of TensorFlow.js, whatever lies innermost now.
    const s = library.stridesOf(gradient, 5)
    const ordered = library.reinterpret(gradient, filterShape, [s[2]!, s[3]!, s[4]!, s[1]!, s[0]!])
    library.delete(gradient)
    return backend.adopt(aten.CLONE(library, ordered, library.memoryFormats.contiguous), filterShape)
  }
}

/** In bfloat16 PyTorch 2.15 reads uninitialised memory where a map is two voxels thin; there is little to compute there. */
function gradFilterType(backend: TorchBackend, x: TensorInfo, dy: TensorInfo): TorchType {
  const isThin = [x, dy].some(({ shape }) => shape.slice(1, 4).some((size) => size <= 2))
  return isThin ? 'float32' : backend.options.precision
}

export const CONVOLUTION_KERNELS: KernelTable = {
  DualSegConv3d: forward(false),
  DualSegConv3dGradInput: gradInput(false),
  DualSegConv3dGradFilter: gradFilter(false),
  DualSegConvTranspose3d: forward(true),
  DualSegConvTranspose3dGradInput: gradInput(true),
  DualSegConvTranspose3dGradFilter: gradFilter(true),
}
