import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { isFloat, type KernelTable, sizeOf, type WasmKernel } from './kernel'
import { blocks, UNARY } from './operations'

/** A float tensor of op(x), value by value; `a` and `b` are the operation's constants. */
export function unary(backend: WasmBackend, op: number, x: TensorInfo, a = 0, b = 0): TensorInfo {
  const y = backend.allocate(x.shape)
  const size = sizeOf(x.shape)
  backend.run('unary', [op, backend.address(x), backend.address(y), size, a, b], blocks(size))
  return y
}

function kernel(op: number): WasmKernel {
  return ({ inputs, backend }) => (isFloat(inputs.x!) ? unary(backend, op, inputs.x!) : null)
}

/** Exponents whose power is exact products in double precision, and cheaper than a logarithm. */
const LARGEST_WHOLE_EXPONENT = 64

const pow: WasmKernel = ({ inputs, backend }) => {
  const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
  if (!isFloat(a, b) || sizeOf(b.shape) !== 1 || b.shape.length > a.shape.length) return null
  const exponent = backend.firstValue(b)
  if (exponent === 1) return unary(backend, UNARY.SCALE_SHIFT, a, 1, 0)
  if (exponent === 2) return unary(backend, UNARY.SQUARE, a)
  if (exponent === 0.5) return unary(backend, UNARY.SQRT, a)
  const isWhole = Number.isInteger(exponent) && Math.abs(exponent) <= LARGEST_WHOLE_EXPONENT
  return unary(backend, isWhole ? UNARY.POW_WHOLE : UNARY.POW, a, exponent)
}

export const UNARY_KERNELS: KernelTable = {
  Neg: kernel(UNARY.NEG),
  Exp: kernel(UNARY.EXP),
  Log: kernel(UNARY.LOG),
  Sqrt: kernel(UNARY.SQRT),
  Rsqrt: kernel(UNARY.RSQRT),
  Square: kernel(UNARY.SQUARE),
  Relu: kernel(UNARY.RELU),
  Sigmoid: kernel(UNARY.SIGMOID),
  Tanh: kernel(UNARY.TANH),
  Abs: kernel(UNARY.ABS),
  Reciprocal: kernel(UNARY.RECIPROCAL),
  Log1p: kernel(UNARY.LOG1P),
  Softplus: kernel(UNARY.SOFTPLUS),
  Pow: pow,
  Step: ({ inputs, attrs, backend }) =>
    isFloat(inputs.x!) ? unary(backend, UNARY.STEP, inputs.x!, attrs.alpha as number) : null,
  LeakyRelu: ({ inputs, attrs, backend }) =>
    isFloat(inputs.x!) ? unary(backend, UNARY.LEAKY_RELU, inputs.x!, attrs.alpha as number) : null,
  DualSegLeakyRelu: ({ inputs, attrs, backend }) => unary(backend, UNARY.LEAKY_RELU, inputs.x!, attrs.alpha as number),
  ClipByValue: ({ inputs, attrs, backend }) =>
    isFloat(inputs.x!) ? unary(backend, UNARY.CLIP, inputs.x!, attrs.clipValueMin as number, attrs.clipValueMax as number) : null,
}
