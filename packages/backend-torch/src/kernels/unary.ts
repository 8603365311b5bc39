import type { Libtorch } from '../libtorch'
import type { Pointer } from '../native-words'
import type { Operator } from '../operator'
import * as aten from '../operators'
import { attrsOf, isFloat, type KernelTable, type TorchKernel } from './kernel'

type Map = (library: Libtorch, x: Pointer) => Pointer

function onFloats(map: Map): TorchKernel {
  return ({ inputs, backend }) => {
    const x = inputs.x!
    return isFloat(x) ? backend.adopt(map(backend.library, backend.view(x)), x.shape) : null
  }
}

/** Also where whole numbers come out as whole numbers. */
function onNumbers(map: Map): TorchKernel {
  return ({ inputs, backend }) => {
    const x = inputs.x!
    return x.dtype === 'bool' ? null : backend.adopt(map(backend.library, backend.view(x)), x.shape, x.dtype)
  }
}

function test(operator: Operator): TorchKernel {
  return ({ inputs, backend }) => {
    const x = inputs.x!
    return isFloat(x) ? backend.adopt(operator(backend.library, backend.view(x)), x.shape, 'bool') : null
  }
}

function square(library: Libtorch, x: Pointer): Pointer {
  return aten.MUL(library, library.newHandle(x), x)
}

/** log(1 + exp x) = -log sigmoid(-x): without overflow on either side. */
function softplus(library: Libtorch, x: Pointer): Pointer {
  const [logSigmoid, buffer] = aten.LOG_SIGMOID.all(library, aten.NEG(library, x)) as [Pointer, Pointer]
  library.delete(buffer)
  return aten.NEG(library, logSigmoid)
}

/** 1 where x > 0, `alpha` elsewhere, NaN where x is. */
const step: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  if (!isFloat(x)) return null
  const { library, tensors } = backend
  const slope = tensors.constant(attrsOf<{ alpha: number }>(call).alpha)
  const steps = aten.WHERE(library, aten.GT(library, backend.view(x), tensors.constant(0)), tensors.constant(1), slope)
  const isNumber = aten.EQ(library, backend.view(x), backend.view(x))
  return backend.adopt(aten.WHERE(library, isNumber, steps, backend.view(x)), x.shape)
}

const leakyRelu: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  if (!isFloat(x)) return null
  const slope = backend.tensors.constant(attrsOf<{ alpha: number }>(call).alpha)
  return backend.adopt(aten.PRELU(backend.library, backend.view(x), slope), x.shape)
}

const leakyReluGrad: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { dy, x } = inputs
  const slope = backend.tensors.constant(attrsOf<{ alpha: number }>(call).alpha)
  const factor = aten.WHERE(
    backend.library,
    aten.GT(backend.library, backend.view(x!), backend.tensors.constant(0)),
    backend.tensors.constant(1),
    slope,
  )
  return backend.adopt(aten.MUL(backend.library, factor, backend.view(dy!)), x!.shape)
}

const clip: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  if (!isFloat(x)) return null
  const { clipValueMin, clipValueMax } = attrsOf<{ clipValueMin: number; clipValueMax: number }>(call)
  const bounds = [backend.tensors.constant(clipValueMin), backend.tensors.constant(clipValueMax)] as const
  return backend.adopt(aten.CLAMP(backend.library, backend.view(x), ...bounds), x.shape)
}

const logicalNot: TorchKernel = ({ inputs, backend }) => {
  const x = inputs.x!
  return x.dtype === 'bool' ? backend.adopt(aten.NOT(backend.library, backend.view(x)), x.shape, 'bool') : null
}

export const UNARY_KERNELS: KernelTable = {
  Abs: onFloats(aten.ABS),
  Ceil: onFloats(aten.CEIL),
  ClipByValue: clip,
  DualSegLeakyRelu: leakyRelu,
  DualSegLeakyReluGrad: leakyReluGrad,
  Exp: onFloats(aten.EXP),
  Expm1: onFloats(aten.EXPM1),
  Floor: onFloats(aten.FLOOR),
  IsFinite: test(aten.ISFINITE),
  IsNan: test(aten.ISNAN),
  LeakyRelu: leakyRelu,
  Log: onFloats(aten.LOG),
  Log1p: onFloats(aten.LOG1P),
  LogicalNot: logicalNot,
  Neg: onNumbers(aten.NEG),
  Reciprocal: onFloats(aten.RECIPROCAL),
  Relu: onFloats(aten.RELU),
  Round: onFloats(aten.ROUND),
  Rsqrt: onFloats(aten.RSQRT),
  Sigmoid: onFloats(aten.SIGMOID),
  Sign: onFloats(aten.SIGN),
  Softplus: onFloats(softplus),
  Sqrt: onFloats(aten.SQRT),
  Square: onNumbers(square),
  Step: step,
  Tanh: onFloats(aten.TANH),
}
