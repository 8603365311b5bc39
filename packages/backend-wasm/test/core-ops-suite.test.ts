import { coreOpsSuite } from '@dualseg/kernels/testing'
import { wasmEngine } from '../src/index'
import { packingSupport } from '../src/packing/packing-support'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

coreOpsSuite({ name: 'dualseg-wasm', open: () => wasmEngine.open() })
if ((await packingSupport()).possible)
  coreOpsSuite({ name: 'dualseg-wasm, packed', open: () => wasmEngine.open({ packedSimd: true }) })
if (hasFusedMultiplyAdd())
  coreOpsSuite({ name: 'dualseg-wasm, relaxed SIMD', open: () => wasmEngine.open({ relaxedSimd: true }) })
