import {
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { BATCH_NORM_KERNELS } from './kernels/batch-norm'
import { BINARY_KERNELS } from './kernels/binary'
import { CONVOLUTION_KERNELS } from './kernels/convolution'
import { COPY_KERNELS } from './kernels/copies'
import { CROSS_ENTROPY_KERNELS } from './kernels/cross-entropy'
import type { KernelCall, KernelTable } from './kernels/kernel'
import { OPTIMISER_KERNELS } from './kernels/optimisers'
import { orderStatistics } from './kernels/order-statistics'
import { REDUCTION_KERNELS } from './kernels/reductions'
import { UNARY_KERNELS } from './kernels/unary'
import { UPSAMPLE_KERNELS } from './kernels/upsample'
import { timed } from './profile-kernels'
import type { TorchBackend } from './torch-backend'

/** The kernels of this engine; every other one is the cpu backend's, on copies of the values. */
export const OWN_KERNELS: KernelTable = {
  ...UNARY_KERNELS,
  ...BINARY_KERNELS,
  ...REDUCTION_KERNELS,
  ...COPY_KERNELS,
  ...CROSS_ENTROPY_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...BATCH_NORM_KERNELS,
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
      const result = own ? timed(kernelName, () => own(call as unknown as KernelCall)) : null
      if (result !== null) return result
      const { hostKernels } = call.backend as TorchBackend
      hostKernels.set(kernelName, (hostKernels.get(kernelName) ?? 0) + 1)
      return timed(`${kernelName} (host)`, () => (cpu as KernelConfig).kernelFunc(call))
    }
    registerKernel({ ...cpu, kernelName, backendName, kernelFunc })
  }
}

/** Kernels of which a backend may also have none: on the CPU the one who asks is faster by its own means. */
const CARD_KERNELS: KernelTable = { DualSegOrderStatistics: orderStatistics }

/** Registers the kernels that pay on a card, or takes them back. */
export function registerCardKernels(backendName: string, isCard: boolean): void {
  for (const [kernelName, own] of Object.entries(CARD_KERNELS)) {
    if (getKernel(kernelName, backendName)) unregisterKernel(kernelName, backendName)
    const kernelFunc: KernelFunc = (call) => timed(kernelName, () => own(call as unknown as KernelCall) as TensorInfo)
    if (isCard) registerKernel({ kernelName, backendName, kernelFunc })
  }
}
