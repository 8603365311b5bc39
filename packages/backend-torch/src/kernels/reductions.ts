import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Pointer } from '../native-words'
import type { Operator } from '../operator'
import * as aten from '../operators'
import { stridesOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { attrsOf, isFloat, type KernelCall, type KernelTable, type TorchKernel } from './kernel'

interface Reduction {
  readonly x: TensorInfo
  readonly axes: number[]
  readonly shape: number[]
}

function reductionOf({ inputs, attrs }: KernelCall, name = 'axis', keep = attrs.keepDims === true): Reduction {
  const x = inputs.x!
  const axes = util.parseAxisParam((attrs[name] ?? null) as number | number[], x.shape)
  const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  return { x, axes, shape: keep ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape }
}

function reduce(run: (backend: TorchBackend, x: Pointer, axes: number[]) => Pointer, axisName = 'axis'): TorchKernel {
  return (call) => {
    const { x, axes, shape } = reductionOf(call, axisName)
    if (!isFloat(x) || x.shape.includes(0)) return null
    const { backend } = call
    if (axes.length === 0) return null
    return backend.adopt(run(backend, backend.view(x), axes), shape)
  }
}

const sum: TorchKernel = (call) => {
  const { x, axes, shape } = reductionOf(call)
  const { backend } = call
  if (axes.length === 0 || x.shape.includes(0) || (x.dtype !== 'float32' && x.dtype !== 'int32')) return null
  const { library } = backend
  const total = aten.SUM(library, backend.view(x), axes, false, library.types[x.dtype])
  return backend.adopt(total, shape, x.dtype)
}

function truth(operator: Operator): TorchKernel {
  return (call) => {
    const { x, axes, shape } = reductionOf(call)
    if (x.dtype !== 'bool' || axes.length === 0 || x.shape.includes(0)) return null
    return call.backend.adopt(operator(call.backend.library, call.backend.view(x), axes, false), shape, 'bool')
  }
}

/**
 * NaN is passed over but in front, as TensorFlow.js does; PyTorch finds it the largest and the smallest. `bar` gives it the number that never wins.
 */
function position(operator: Operator, bar: Operator, never: number): TorchKernel {
  return (call) => {
    const { x, axes, shape } = reductionOf(call, 'axis', false)
    const { backend } = call
    if (!isFloat(x) || axes.length !== 1 || x.shape.includes(0)) return null
    const { library, tensors } = backend
    const axis = axes[0]!
    const index = operator(library, bar(library, backend.view(x), tensors.constant(never)), axis, false)
    const front = backend.view(x, { sizes: shape, strides: stridesOf(x.shape).filter((_, i) => i !== axis) })
    const isNumber = aten.EQ(library, library.newHandle(front), front)
    return backend.adopt(aten.MUL(library, tensors.converted(index, 'int32'), isNumber), shape, 'int32')
  }
}

function soft(operator: Operator, axisName: string): TorchKernel {
  return ({ inputs, attrs, backend }) => {
    const logits = inputs.logits!
    if (!isFloat(logits) || logits.shape.length === 0) return null
    const axis = (attrs[axisName] as number | undefined) ?? -1
    const dim = axis < 0 ? axis + logits.shape.length : axis
    return backend.adopt(operator(backend.library, backend.view(logits), dim, false), logits.shape)
  }
}

const biasGrad: TorchKernel = (call) => {
  const { inputs, backend } = call
  const dy = inputs.dy!
  const channels = dy.shape[4]!
  const rows = backend.view(dy, { sizes: [dy.shape.slice(0, 4).reduce((all, n) => all * n, 1), channels] })
  return backend.adopt(aten.SUM(backend.library, rows, [0], false, null), [channels])
}

interface Product {
  transposeA: boolean
  transposeB: boolean
}

/** A matrix of a batch, or its transpose; a lone matrix is repeated. */
function factor(backend: TorchBackend, x: TensorInfo, batch: number, isTransposed: boolean): Pointer {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const own = x.shape.slice(0, -2).reduce((all, n) => all * n, 1)
  const stride = own === 1 && batch > 1 ? 0 : rows * columns
  return isTransposed
    ? backend.view(x, { sizes: [batch, columns, rows], strides: [stride, 1, columns] })
    : backend.view(x, { sizes: [batch, rows, columns], strides: [stride, columns, 1] })
}

const matMul: TorchKernel = (call) => {
  const { inputs, backend } = call
  const [a, b] = [inputs.a!, inputs.b!]
  if (!isFloat(a, b)) return null
  const { transposeA, transposeB } = attrsOf<Product>(call)
  const batchShapes = [a.shape.slice(0, -2), b.shape.slice(0, -2)] as const
  const batchShape = backend_util.assertAndGetBroadcastShape(...batchShapes)
  const batch = batchShape.reduce((all, n) => all * n, 1)
  if (batchShapes.some((shape) => ![1, batch].includes(shape.reduce((all, n) => all * n, 1)))) return null
  const rows = a.shape.at(transposeA ? -1 : -2)!
  const columns = b.shape.at(transposeB ? -2 : -1)!
  const product = aten.BMM(backend.library, factor(backend, a, batch, transposeA), factor(backend, b, batch, transposeB))
  return backend.adopt(product, [...batchShape, rows, columns])
}

export const REDUCTION_KERNELS: KernelTable = {
  All: truth(aten.ALL),
  Any: truth(aten.ANY),
  ArgMax: position(aten.ARGMAX, aten.FMAX, Number.NEGATIVE_INFINITY),
  ArgMin: position(aten.ARGMIN, aten.FMIN, Number.POSITIVE_INFINITY),
  BatchMatMul: matMul,
  DualSegBiasGrad: biasGrad,
  LogSoftmax: soft(aten.LOG_SOFTMAX, 'axis'),
  Max: reduce(({ library }, x, axes) => aten.AMAX(library, x, axes, false), 'reductionIndices'),
  Mean: reduce(({ library }, x, axes) => aten.MEAN(library, x, axes, false, null)),
  Min: reduce(({ library }, x, axes) => aten.AMIN(library, x, axes, false)),
  Softmax: soft(aten.SOFTMAX, 'dim'),
  Sum: sum,
}
