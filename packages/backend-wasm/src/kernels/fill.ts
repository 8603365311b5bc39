import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { type KernelTable, sizeOf, type WasmKernel } from './kernel'
import { blocks, CONVERT } from './operations'

const word = new DataView(new ArrayBuffer(4))

/** A tensor of one value. */
export function filled(backend: WasmBackend, shape: number[], value: number, dtype: DataType): TensorInfo {
  const z = backend.allocate(shape, dtype)
  const size = sizeOf(shape)
  if (dtype === 'bool') {
    backend.runtime.heap.uint8(backend.address(z), size).fill(value)
    return z
  }
  backend.run('fill', [backend.address(z), bitsOf(value, dtype), size], blocks(size))
  return z
}

function bitsOf(value: number, dtype: DataType): number {
  if (dtype === 'float32') word.setFloat32(0, value)
  else word.setInt32(0, value)
  return word.getInt32(0)
}

const oneHot: WasmKernel = ({ inputs, attrs, backend }) => {
  const indices = inputs.indices!
  const dtype = (attrs.dtype as DataType | undefined) ?? 'int32'
  const depth = attrs.depth as number
  if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return null
  const z = backend.allocate([...indices.shape, depth], dtype)
  const rows = sizeOf(indices.shape)
  const [on, off] = [bitsOf(attrs.onValue as number, dtype), bitsOf(attrs.offValue as number, dtype)]
  backend.run('oneHot', [backend.address(indices), backend.address(z), rows, depth, on, off], blocks(rows))
  return z
}

function isNumeric(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}

const CONVERSIONS: Readonly<Record<string, number>> = {
  'bool float32': CONVERT.BOOL_TO_FLOAT,
  'int32 float32': CONVERT.INT_TO_FLOAT,
  'bool int32': CONVERT.BOOL_TO_INT,
  'float32 int32': CONVERT.FLOAT_TO_INT,
  'float32 bool': CONVERT.FLOAT_TO_BOOL,
  'int32 bool': CONVERT.INT_TO_BOOL,
}

const cast: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const dtype = attrs.dtype as DataType
  const kind = CONVERSIONS[`${x.dtype} ${dtype}`]
  if (kind === undefined) return null
  const z = backend.allocate(x.shape, dtype)
  const size = sizeOf(x.shape)
  backend.run('convert', [kind, backend.address(x), backend.address(z), size], blocks(size))
  return z
}

export const FILL_KERNELS: KernelTable = {
  Cast: cast,
  OneHot: oneHot,
  Fill: ({ attrs, backend }) => {
    const value = attrs.value as number | string
    const dtype = (attrs.dtype as DataType | undefined) ?? (typeof value === 'string' ? 'string' : 'float32')
    return typeof value === 'number' && isNumeric(dtype) ? filled(backend, attrs.shape as number[], value, dtype) : null
  },
  ZerosLike: ({ inputs, backend }) => (isNumeric(inputs.x!.dtype) ? filled(backend, inputs.x!.shape, 0, inputs.x!.dtype) : null),
  OnesLike: ({ inputs, backend }) => (isNumeric(inputs.x!.dtype) ? filled(backend, inputs.x!.shape, 1, inputs.x!.dtype) : null),
}
