import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { isCopyable } from './copies'
import { type KernelTable, sizeOf } from './kernel'

const TRANSPOSED_AXES = 5

/** The tensor with its axes in another order; `null` for types and orders that the kernel does not know. */
export function transposed(backend: WasmBackend, x: TensorInfo, perm: readonly number[]): TensorInfo | null {
  if (x.dtype === 'bool' || !isCopyable(x) || sizeOf(x.shape) === 0) return null
  const steps: number[] = new Array(x.shape.length)
  for (let i = x.shape.length - 1, step = 1; i >= 0; step *= x.shape[i]!, i--) steps[i] = step
  const shape = perm.map((axis) => x.shape[axis]!)
  // Axes of one voxel vanish, and neighbours that stay neighbours become one.
  const axes: { size: number; step: number }[] = []
  for (const axis of perm) {
    const [size, step] = [x.shape[axis]!, steps[axis]!]
    const last = axes[axes.length - 1]
    if (size === 1) continue
    if (last && last.step === step * size) axes[axes.length - 1] = { size: last.size * size, step }
    else axes.push({ size, step })
  }
  if (axes.length > TRANSPOSED_AXES) return null
  while (axes.length < TRANSPOSED_AXES) axes.unshift({ size: 1, step: 0 })
  const z = backend.allocate(shape, x.dtype)
  const sizes = axes.map(({ size }) => size)
  const args = [backend.address(x), backend.address(z), ...sizes.slice(1), ...axes.map(({ step }) => step)]
  backend.run('transpose', args, sizes[0]! * sizes[1]! * sizes[2]!)
  return z
}

export const TRANSPOSE_KERNELS: KernelTable = {
  Transpose: ({ inputs, attrs, backend }) => transposed(backend, inputs.x!, attrs.perm as number[]),
}
