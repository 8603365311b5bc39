import * as tf from '@tensorflow/tfjs-core'
import { BATCH_NORM_KERNELS } from './kernels/batch-norm'
import { CONVOLUTION_KERNELS } from './kernels/convolution'
import { CORE_REPAIRS } from './kernels/core-repairs'
import type { KernelCall, KernelTable } from './kernels/ops'
import { OPTIMISER_KERNELS } from './kernels/optimisers'
import { BACKEND_NAME } from './load-backend'

/** The kernels of this engine; every other one is tfjs-node's, or the contract's composite of those. */
export const OWN_KERNELS: KernelTable = {
  ...CONVOLUTION_KERNELS,
  ...BATCH_NORM_KERNELS,
  ...OPTIMISER_KERNELS,
  ...CORE_REPAIRS,
}

/** Registers them, in front of tfjs-node's own where it has some. */
export function registerKernels(): void {
  for (const [kernelName, kernel] of Object.entries(OWN_KERNELS)) {
    const behind = tf.getKernel(kernelName, BACKEND_NAME)
    if (behind) tf.unregisterKernel(kernelName, BACKEND_NAME)
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: (call) =>
        tf.tidy(() => kernel(call as unknown as KernelCall) ?? (behind!.kernelFunc(call) as tf.Tensor | tf.Tensor[])),
    })
  }
}
