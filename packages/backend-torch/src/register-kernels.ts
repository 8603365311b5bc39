import { registerEngineKernels, timed } from '@dualseg/kernels/engine'
import { getKernel, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core'
import { BATCH_NORM_KERNELS } from './kernels/batch-norm'
import { BINARY_KERNELS } from './kernels/binary'
import { CONVOLUTION_KERNELS } from './kernels/convolution'
import { COPY_KERNELS } from './kernels/copies'
import { CROSS_ENTROPY_KERNELS } from './kernels/cross-entropy'
import { INDEXING_KERNELS } from './kernels/indexing'
import type { KernelCall, KernelTable } from './kernels/kernel'
import { OPTIMISER_KERNELS } from './kernels/optimisers'
import { orderStatistics } from './kernels/order-statistics'
import { REDUCTION_KERNELS } from './kernels/reductions'
import { UNARY_KERNELS } from './kernels/unary'
import { UPSAMPLE_KERNELS } from './kernels/upsample'

/** The kernels of this engine; every other one is the cpu backend's, on copies of the values. */
export const OWN_KERNELS: KernelTable = {
  ...UNARY_KERNELS,
  ...BINARY_KERNELS,
  ...REDUCTION_KERNELS,
  ...COPY_KERNELS,
  ...INDEXING_KERNELS,
  ...CROSS_ENTROPY_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...BATCH_NORM_KERNELS,
  ...UPSAMPLE_KERNELS,
  ...OPTIMISER_KERNELS,
}

/** Registers, once, all kernels of the engine. */
export function registerKernels(backendName: string): void {
  registerEngineKernels(backendName, OWN_KERNELS, {
    mark: 'host',
    onBehind: ({ hostKernels }, kernelName) => void hostKernels.set(kernelName, (hostKernels.get(kernelName) ?? 0) + 1),
  })
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
