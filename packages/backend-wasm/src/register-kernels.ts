import { registerEngineKernels } from '@dualseg/kernels/engine'
import { BATCH_NORM_KERNELS } from './kernels/batch-norm'
import { BINARY_KERNELS } from './kernels/binary'
import { COMPARE_KERNELS } from './kernels/compare'
import { CONVOLUTION_KERNELS } from './kernels/convolution'
import { COPY_KERNELS } from './kernels/copies'
import { FILL_KERNELS } from './kernels/fill'
import type { KernelTable } from './kernels/kernel'
import { MAT_MUL_KERNELS } from './kernels/mat-mul'
import { OPTIMISER_KERNELS } from './kernels/optimisers'
import { REDUCTION_KERNELS } from './kernels/reductions'
import { SOFTMAX_KERNELS } from './kernels/softmax'
import { TRANSPOSE_KERNELS } from './kernels/transpose'
import { UNARY_KERNELS } from './kernels/unary'
import { UPSAMPLE_KERNELS } from './kernels/upsample'

/** The kernels of this engine; every other one is the cpu backend's. */
export const OWN_KERNELS: KernelTable = {
  ...UNARY_KERNELS,
  ...BINARY_KERNELS,
  ...COMPARE_KERNELS,
  ...FILL_KERNELS,
  ...REDUCTION_KERNELS,
  ...SOFTMAX_KERNELS,
  ...COPY_KERNELS,
  ...TRANSPOSE_KERNELS,
  ...MAT_MUL_KERNELS,
  ...BATCH_NORM_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...UPSAMPLE_KERNELS,
  ...OPTIMISER_KERNELS,
}

/** Registers, once, all kernels of the engine. */
export function registerKernels(backendName: string): void {
  registerEngineKernels(backendName, OWN_KERNELS, { mark: 'cpu', onCall: (backend, { inputs }) => backend.beginCall(inputs) })
}
