import { beforeAll, describe } from 'vitest'
import { registerCoreGradients } from '../core-gradients'
import { batchNormSuite } from './batch-norm-suite'
import { convBatchNormSuite } from './conv-batch-norm-suite'
import { convolutionSuite } from './convolution-suite'
import { mapSuite } from './map-suite'
import { stepSuite } from './step-suite'

/**
 * Largest error over the root mean square of what is expected: about 30 times what direct float32 sums show at these sizes, and within
 * reach of Winograd's larger tiles.
 */
export const TOLERANCE = 2e-5

export interface KernelSuiteOptions {
  /** Stands in the tests' titles. */
  readonly name: string
  /** Makes the engine's backend the active one of tfjs. */
  readonly open: () => Promise<unknown>
  /** Largest error over the root mean square of what is expected. @default 2e-5 */
  readonly tolerance?: number
}

/**
 * Declares the tests that every engine passes: each kernel and its gradients against plain float64 loops, at odd shapes and channel
 * counts, with the tensors counted before and after. Call it at the top level of a vitest file.
 */
export function kernelSuite({ name, open, tolerance = TOLERANCE }: KernelSuiteOptions): void {
  describe(`kernels on ${name}`, () => {
    beforeAll(async () => {
      registerCoreGradients()
      await open()
    })
    convolutionSuite(tolerance)
    batchNormSuite(tolerance)
    convBatchNormSuite(tolerance)
    mapSuite(tolerance)
    stepSuite(tolerance)
  })
}
