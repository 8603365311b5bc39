export { coreOpsSuite } from './testing/core-ops-suite'
export type { KernelSuiteOptions } from './testing/kernel-suite'
export { kernelSuite } from './testing/kernel-suite'
