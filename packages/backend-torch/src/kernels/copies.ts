import { backend_util, type DataType, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import * as aten from '../operators'
import { broadcastStrides, sizeOf, stridesOf } from '../shapes'
import { isNumeric, type NumericType } from '../tensor-memory'
import type { TorchBackend } from '../torch-backend'
import { attrsOf, type KernelTable, listed, type TorchKernel } from './kernel'

/** The same memory under another shape. */
function alias(backend: TorchBackend, { dataId, dtype }: TensorInfo, shape: number[]): TensorInfo {
  backend.incRef(dataId)
  return { dataId, shape, dtype }
}

const reshape: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  const size = sizeOf(x.shape)
  const shape = util.inferFromImplicitShape(attrsOf<{ shape: number[] }>(call).shape, size)
  util.assert(size === sizeOf(shape), () => `reshape: [${x.shape}] holds ${size} values, [${shape}] ${sizeOf(shape)}`)
  return x.dtype === 'complex64' ? null : alias(backend, x, shape)
}

const expandDims: TorchKernel = (call) => {
  const input = call.inputs.input!
  const { dim } = attrsOf<{ dim: number }>(call)
  const shape = input.shape.slice()
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1)
  return input.dtype === 'complex64' ? null : alias(call.backend, input, shape)
}

/**
 * The values of a view, laid out in row-major order of its sizes. What lies so already shares the memory.
 */
function box(backend: TorchBackend, x: TensorInfo, sizes: number[], strides: readonly number[], offset: number): TensorInfo {
  const dense = stridesOf(sizes)
  const isDense = sizes.every((size, axis) => size <= 1 || strides[axis] === dense[axis])
  const view = backend.view(x, { sizes, strides, offset })
  if (!isDense) {
    const copy = aten.CLONE(backend.library, view, backend.library.memoryFormats.contiguous)
    return backend.adopt(copy, sizes, x.dtype)
  }
  const part = backend.adopt(view, sizes, x.dtype)
  backend.dataOf(x.dataId).isShared = backend.dataOf(part.dataId).isShared = true
  return part
}

const slice: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0) return null
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]) as [number[], number[]]
  if (sizeOf(size) === 0) return null
  const strides = stridesOf(x.shape)
  return box(
    backend,
    x,
    size,
    strides,
    begin.reduce((sum, b, axis) => sum + b * strides[axis]!, 0),
  )
}

/** Parts of x along one axis, of `widths` each. */
function parted(
  backend: TorchBackend,
  x: TensorInfo,
  axis: number,
  widths: readonly number[],
  shapeOf: (width: number) => number[],
): TensorInfo[] {
  const strides = stridesOf(x.shape)
  let at = 0
  return widths.map((width) => {
    const size = x.shape.map((all, i) => (i === axis ? width : all))
    const part = box(backend, x, size, strides, at * strides[axis]!)
    at += width
    return { ...part, shape: shapeOf(width) }
  })
}

const unpack: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.value!
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0) return null
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  const shape = x.shape.filter((_, i) => i !== axis)
  return parted(backend, x, axis, new Array<number>(x.shape[axis]!).fill(1), () => shape)
}

const split: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0) return null
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  const widths = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits as number | number[], axis)
  if (widths.includes(0)) return null
  return parted(backend, x, axis, widths, (width) => x.shape.map((size, i) => (i === axis ? width : size)))
}

function joined(backend: TorchBackend, parts: readonly TensorInfo[], axis: number, shape: number[]): TensorInfo {
  const { dtype } = parts[0]!
  const whole = aten.CAT(
    backend.library,
    parts.map((part) => backend.view(part)),
    axis,
  )
  return backend.adopt(whole, shape, dtype)
}

const concat: TorchKernel = ({ inputs, attrs, backend }) => {
  const parts = listed(inputs).filter((part) => sizeOf(part.shape) > 0)
  const first = parts[0]
  if (!first || !isNumeric(first.dtype) || parts.some(({ dtype }) => dtype !== first.dtype)) return null
  const axis = util.parseAxisParam(attrs.axis as number, first.shape)[0]!
  const shape = first.shape.map((size, i) => (i === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : size))
  return joined(backend, parts, axis, shape)
}

const pack: TorchKernel = ({ inputs, attrs, backend }) => {
  const parts = listed(inputs)
  const first = parts[0]!
  if (sizeOf(first.shape) === 0 || !isNumeric(first.dtype)) return null
  if (!parts.every(({ shape, dtype }) => dtype === first.dtype && util.arraysEqual(shape, first.shape))) return null
  const given = attrs.axis as number
  const axis = given < 0 ? given + first.shape.length + 1 : given
  const expanded = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)]
  const shape = expanded.map((size, i) => (i === axis ? parts.length : size))
  return joined(
    backend,
    parts.map(({ dataId, dtype }) => ({ dataId, dtype, shape: expanded })),
    axis,
    shape,
  )
}

const pad: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const paddings = attrs.paddings as [number, number][]
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0) return null
  const { library, tensors } = backend
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1])
  const whole = tensors.filled(shape, x.dtype, Number(attrs.constantValue))
  const strides = stridesOf(shape)
  const offset = paddings.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0)
  const inner = library.reinterpret(whole, x.shape, strides, offset)
  const values = backend.view(x)
  library.copy(inner, values, true)
  library.delete(inner)
  library.delete(values)
  return backend.adopt(whole, shape, x.dtype)
}

/** A copy in which x is repeated along the axes that `shape` has and x has not. */
function expanded(backend: TorchBackend, x: TensorInfo, shape: number[]): TensorInfo {
  const view = backend.view(x, { sizes: shape, strides: broadcastStrides(x.shape, shape) })
  return backend.adopt(aten.CLONE(backend.library, view, backend.library.memoryFormats.contiguous), shape, x.dtype)
}

const tile: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const reps = attrs.reps as number[]
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0 || reps.length !== x.shape.length || reps.includes(0)) return null
  const shape = x.shape.map((size, axis) => size * reps[axis]!)
  if (reps.every((times, axis) => times === 1 || x.shape[axis] === 1)) return expanded(backend, x, shape)
  return backend.adopt(aten.REPEAT(backend.library, backend.view(x), reps), shape, x.dtype)
}

const broadcastTo: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  return isNumeric(x.dtype) && sizeOf(x.shape) > 0 ? expanded(backend, x, attrs.shape as number[]) : null
}

const transpose: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const perm = attrs.perm as number[]
  if (!isNumeric(x.dtype) || sizeOf(x.shape) === 0) return null
  const strides = stridesOf(x.shape)
  return box(
    backend,
    x,
    perm.map((axis) => x.shape[axis]!),
    perm.map((axis) => strides[axis]!),
    0,
  )
}

const reverse: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  if (!isNumeric(x.dtype) || x.shape.length === 0) return null
  const axes = util.parseAxisParam(attrs.dims as number[], x.shape)
  return backend.adopt(aten.FLIP(backend.library, backend.view(x), axes), x.shape, x.dtype)
}

const select: TorchKernel = ({ inputs, backend }) => {
  const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo }
  if (condition.dtype !== 'bool' || t.dtype !== e.dtype || !isNumeric(t.dtype)) return null
  // A condition of lower rank goes with the first axis.
  const sizes = t.shape.map((_, axis) => condition.shape[axis] ?? 1)
  if (sizeOf(sizes) !== sizeOf(condition.shape)) return null
  const chosen = aten.WHERE(backend.library, backend.view(condition, { sizes }), backend.view(t), backend.view(e))
  return backend.adopt(chosen, t.shape, t.dtype)
}

const channelDropout: TorchKernel = ({ inputs, backend }) => {
  const { x, mask } = inputs as { x: TensorInfo; mask: TensorInfo }
  const [batch, channels] = mask.shape as [number, number]
  const type = backend.dataOf(x.dataId).type
  const factors = backend.view(mask, { sizes: [batch, 1, 1, 1, channels], type })
  return backend.adopt(aten.MUL(backend.library, backend.view(x, { type }), factors), x.shape, 'float32', type)
}

function filled(backend: TorchBackend, shape: number[], value: number, dtype: NumericType): TensorInfo {
  return backend.adopt(backend.tensors.filled(shape, dtype, value), shape, dtype)
}

const fill: TorchKernel = (call) => {
  const { shape, value, dtype } = attrsOf<{ shape: number[]; value: number | string; dtype?: DataType }>(call)
  const type = dtype ?? (typeof value === 'string' ? 'string' : 'float32')
  return typeof value === 'number' && isNumeric(type) ? filled(call.backend, shape, value, type) : null
}

function like(value: number): TorchKernel {
  return ({ inputs, backend }) => {
    const { shape, dtype } = inputs.x!
    return isNumeric(dtype) ? filled(backend, shape, value, dtype) : null
  }
}

const cast: TorchKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const dtype = attrs.dtype as DataType
  if (!isNumeric(x.dtype) || !isNumeric(dtype)) return null
  if (x.dtype === dtype) return alias(backend, x, x.shape)
  return backend.adopt(backend.tensors.converted(backend.view(x), dtype), x.shape, dtype)
}

const oneHot: TorchKernel = ({ inputs, attrs, backend }) => {
  const indices = inputs.indices!
  const { dtype = 'int32', depth, onValue, offValue } = attrs as unknown as OneHotAttrs
  if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return null
  const { library, tensors } = backend
  const shape = [...indices.shape, depth]
  const classes = tensors.upload(
    Int32Array.from({ length: depth }, (_, i) => i),
    'int32',
  ).handle
  const isHit = aten.EQ(library, backend.view(indices, { sizes: [...indices.shape, 1] }), classes)
  const values = aten.WHERE(library, isHit, tensors.constant(onValue, dtype), tensors.constant(offValue, dtype))
  return backend.adopt(values, shape, dtype)
}

interface OneHotAttrs {
  readonly dtype?: DataType
  readonly depth: number
  readonly onValue: number
  readonly offValue: number
}

export const COPY_KERNELS: KernelTable = {
  BroadcastTo: broadcastTo,
  Cast: cast,
  Concat: concat,
  DualSegChannelDropout: channelDropout,
  ExpandDims: expandDims,
  Fill: fill,
  Identity: ({ inputs, backend }) => (inputs.x!.dtype === 'complex64' ? null : alias(backend, inputs.x!, inputs.x!.shape)),
  OneHot: oneHot,
  OnesLike: like(1),
  Pack: pack,
  PadV2: pad,
  Reshape: reshape,
  Reverse: reverse,
  Select: select,
  Slice: slice,
  SplitV: split,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
  ZerosLike: like(0),
}
