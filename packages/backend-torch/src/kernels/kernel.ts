import type { KernelCall as Call, EngineKernel, EngineKernels } from '@dualseg/kernels/engine'
import type { TorchBackend } from '../torch-backend'

export { attrsOf, isFloat, listed, listOf } from '@dualseg/kernels/engine'

export type KernelCall = Call<TorchBackend>
export type TorchKernel = EngineKernel<TorchBackend>
export type KernelTable = EngineKernels<TorchBackend>
