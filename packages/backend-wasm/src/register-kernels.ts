import { getKernelsForBackend, type KernelConfig, type KernelFunc, registerKernel } from '@tensorflow/tfjs-core'
import { BATCH_NORM_KERNELS } from './kernels/batch-norm'
import { BINARY_KERNELS } from './kernels/binary'
import { COMPARE_KERNELS } from './kernels/compare'
import { CONVOLUTION_KERNELS } from './kernels/convolution'
import { COPY_KERNELS } from './kernels/copies'
import { FILL_KERNELS } from './kernels/fill'
import type { KernelCall, KernelTable } from './kernels/kernel'
import { MAT_MUL_KERNELS } from './kernels/mat-mul'
import { OPTIMISER_KERNELS } from './kernels/optimisers'
import { REDUCTION_KERNELS } from './kernels/reductions'
import { SOFTMAX_KERNELS } from './kernels/softmax'
import { UNARY_KERNELS } from './kernels/unary'
import { UPSAMPLE_KERNELS } from './kernels/upsample'
import { timed } from './profile-kernels'
import type { WasmBackend } from './wasm-backend'

/** The kernels of this engine; every other one is the cpu backend's. */
export const OWN_KERNELS: KernelTable = {
  ...UNARY_KERNELS,
  ...BINARY_KERNELS,
  ...COMPARE_KERNELS,
  ...FILL_KERNELS,
  ...REDUCTION_KERNELS,
  ...SOFTMAX_KERNELS,
  ...COPY_KERNELS,
  ...MAT_MUL_KERNELS,
  ...BATCH_NORM_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...UPSAMPLE_KERNELS,
  ...OPTIMISER_KERNELS,
}

let isRegistered = false

/** Registers, once, all kernels for the backend: ours, with the cpu backend's of the same name behind them, and all others of the cpu backend. */
export function registerKernels(backendName: string): void {
  if (isRegistered) return
  isRegistered = true
  const behind = new Map<string, KernelConfig>()
  for (const config of getKernelsForBackend('cpu')) behind.set(config.kernelName, config)
  for (const kernelName of new Set([...behind.keys(), ...Object.keys(OWN_KERNELS)])) {
    const own = OWN_KERNELS[kernelName]
    const cpu = behind.get(kernelName)
    const kernelFunc: KernelFunc = (call) => {
      ;(call.backend as WasmBackend).beginCall(call.inputs)
      const result = own ? timed(kernelName, () => own(call as unknown as KernelCall)) : null
      return result ?? timed(`${kernelName} (cpu)`, () => (cpu as KernelConfig).kernelFunc(call))
    }
    registerKernel({ ...cpu, kernelName, backendName, kernelFunc })
  }
}
