import type { KernelCall as Call, EngineKernel, EngineKernels } from '@dualseg/kernels/engine'
import type { WasmBackend } from '../wasm-backend'

export { attrsOf, isFloat, listed, listOf } from '@dualseg/kernels/engine'

export type KernelCall = Call<WasmBackend>
export type WasmKernel = EngineKernel<WasmBackend>
export type KernelTable = EngineKernels<WasmBackend>

export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const n of shape) size *= n
  return size
}
