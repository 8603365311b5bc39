import { kernelSuite } from '@dualseg/kernels/testing'
import { wasmEngine } from '../src/index'
import { packingSupport } from '../src/packing/packing-support'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

const { possible: packs } = await packingSupport()

for (const numerics of ['strict', 'fast'] as const) {
  kernelSuite({ name: `dualseg-wasm, ${numerics}`, open: () => wasmEngine.open({ numerics }) })
  if (packs)
    kernelSuite({ name: `dualseg-wasm, ${numerics}, packed`, open: () => wasmEngine.open({ numerics, packedSimd: true }) })
  if (hasFusedMultiplyAdd()) {
    kernelSuite({ name: `dualseg-wasm, ${numerics}, relaxed SIMD`, open: () => wasmEngine.open({ numerics, relaxedSimd: true }) })
  }
}
