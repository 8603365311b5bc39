import { kernelSuite } from '@dualseg/kernels/testing'
import { wasmEngine } from '../src/index'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

for (const numerics of ['strict', 'fast'] as const) {
  kernelSuite({ name: `dualseg-wasm, ${numerics}`, open: () => wasmEngine.open({ numerics }) })
  if (hasFusedMultiplyAdd()) {
    kernelSuite({ name: `dualseg-wasm, ${numerics}, relaxed SIMD`, open: () => wasmEngine.open({ numerics, relaxedSimd: true }) })
  }
}
