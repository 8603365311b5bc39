import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Pointer } from '../native-words'
import type { Operator } from '../operator'
import * as aten from '../operators'
import { isNumeric } from '../tensor-memory'
import type { TorchBackend } from '../torch-backend'
import { type KernelTable, listed, type TorchKernel } from './kernel'

type Join = (backend: TorchBackend, a: Pointer, b: Pointer) => Pointer

function outShape(a: TensorInfo, b: TensorInfo): number[] {
  return backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
}

function onFloats(join: Join): TorchKernel {
  return ({ inputs, backend }) => {
    const [a, b] = [inputs.a!, inputs.b!]
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return null
    const shape = outShape(a, b)
    return backend.adopt(join(backend, backend.operand(a), backend.operand(b)), shape)
  }
}

/** Of two handles of int32; beyond 32 bits the result begins anew, as PyTorch's does. */
function onNumbers(join: Join, whole = join): TorchKernel {
  const floats = onFloats(join)
  return (call) => {
    const { inputs, backend } = call
    const [a, b] = [inputs.a!, inputs.b!]
    if (a.dtype !== 'int32' || b.dtype !== 'int32') return floats(call)
    const shape = outShape(a, b)
    return backend.adopt(whole(backend, backend.view(a), backend.view(b)), shape, 'int32')
  }
}

function plain(operator: Operator): Join {
  return ({ library }, a, b) => operator(library, a, b)
}

/** a - alpha b. */
export function subtract({ library }: TorchBackend, a: Pointer, b: Pointer, alpha: number): Pointer {
  const difference = library.subtract(a, b, alpha)
  library.delete(a)
  library.delete(b)
  return difference
}

const difference: Join = (backend, a, b) => subtract(backend, a, b, 1)
const sum: Join = (backend, a, b) => subtract(backend, a, b, -1)

/** `subtract` takes a factor, so PyTorch refuses whole numbers: float64 holds what two of them come to, int64 what is to be cut off. */
function onWhole(join: Join): Join {
  return (backend, a, b) => {
    const { tensors } = backend
    const wide = join(backend, tensors.converted(a, 'float64'), tensors.converted(b, 'float64'))
    return tensors.converted(tensors.converted(wide, 'int64'), 'int32')
  }
}

function squared(join: Join): Join {
  return (backend, a, b) => {
    const one = join(backend, a, b)
    return aten.MUL(backend.library, backend.library.newHandle(one), one)
  }
}

const pow: TorchKernel = (call) => {
  const { inputs, backend } = call
  const [a, b] = [inputs.a!, inputs.b!]
  const exponent = backend.dataOf(b.dataId).hostValues
  // PyTorch has no square for a number that lies on the device.
  if (a.dtype === 'float32' && exponent?.length === 1 && exponent[0] === 2) {
    const x = backend.view(a)
    return backend.adopt(aten.MUL(backend.library, backend.library.newHandle(x), x), outShape(a, b))
  }
  return onFloats(plain(aten.POW))(call)
}

function compare(operator: Operator): TorchKernel {
  return ({ inputs, backend }) => {
    const [a, b] = [inputs.a!, inputs.b!]
    if (a.dtype !== b.dtype || !isNumeric(a.dtype)) return null
    const shape = outShape(a, b)
    return backend.adopt(operator(backend.library, backend.operand(a), backend.operand(b)), shape, 'bool')
  }
}

function logical(operator: Operator): TorchKernel {
  const compared = compare(operator)
  return (call) => (call.inputs.a!.dtype === 'bool' ? compared(call) : null)
}

const addN: TorchKernel = ({ inputs, backend }) => {
  const [first, ...others] = listed(inputs) as [TensorInfo, ...TensorInfo[]]
  if (first.dtype !== 'float32' || others.some(({ dtype }) => dtype !== 'float32')) return null
  let total = backend.view(first)
  for (const other of others) total = subtract(backend, total, backend.view(other), -1)
  const result = backend.adopt(total, first.shape)
  if (others.length === 0) backend.dataOf(first.dataId).isShared = backend.dataOf(result.dataId).isShared = true
  return result
}

export const BINARY_KERNELS: KernelTable = {
  Add: onNumbers(sum, onWhole(sum)),
  AddN: addN,
  Equal: compare(aten.EQ),
  Greater: compare(aten.GT),
  GreaterEqual: compare(aten.GE),
  Less: compare(aten.LT),
  LessEqual: compare(aten.LE),
  LogicalAnd: logical(aten.AND),
  LogicalOr: logical(aten.OR),
  Maximum: onNumbers(plain(aten.MAXIMUM)),
  Minimum: onNumbers(plain(aten.MINIMUM)),
  Multiply: onNumbers(plain(aten.MUL)),
  NotEqual: compare(aten.NE),
  Pow: pow,
  RealDiv: onFloats(plain(aten.DIV)),
  SquaredDifference: onNumbers(squared(difference), squared(onWhole(difference))),
  Sub: onNumbers(difference, onWhole(difference)),
}
