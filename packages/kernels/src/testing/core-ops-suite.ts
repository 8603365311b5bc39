import { beforeAll, describe } from 'vitest'
import { registerCoreGradients } from '../core-gradients'
import { edgeSuite } from './edge-suite'
import { elementwiseSuite } from './elementwise-suite'
import { type KernelSuiteOptions, TOLERANCE } from './kernel-suite'
import { movementSuite } from './movement-suite'
import { reductionSuite } from './reduction-suite'

/**
 * Declares the tests of an engine that brings ops of tfjs-core of its own: each op and its gradient against plain float64 loops, on odd
 * shapes, and where numbers end. Call it at the top level of a vitest file.
 */
export function coreOpsSuite({ name, open, tolerance = TOLERANCE }: KernelSuiteOptions): void {
  describe(`ops of tfjs-core on ${name}`, () => {
    beforeAll(async () => {
      registerCoreGradients()
      await open()
    })
    elementwiseSuite(tolerance)
    movementSuite(tolerance)
    reductionSuite(tolerance)
    edgeSuite()
  })
}
