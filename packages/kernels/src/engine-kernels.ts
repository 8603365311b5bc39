/** What an engine is made of, beside the contract: `@dualseg/kernels/engine`. */
export type { EngineKernel, EngineKernels, KernelCall } from './engine-kernel'
export { attrsOf, isFloat, listed, listOf } from './engine-kernel'
export type { KernelProfile, ProfileOptions } from './profile-kernels'
export { countMultiplyAdds, profileKernels, timed, timedFunction } from './profile-kernels'
export type { BehindOptions } from './register-engine-kernels'
export { registerEngineKernels } from './register-engine-kernels'
