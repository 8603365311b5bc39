import { coreOpsSuite } from '@dualseg/kernels/testing'
import { wasmEngine } from '../src/index'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

coreOpsSuite({ name: 'dualseg-wasm', open: () => wasmEngine.open() })
if (hasFusedMultiplyAdd())
  coreOpsSuite({ name: 'dualseg-wasm, relaxed SIMD', open: () => wasmEngine.open({ relaxedSimd: true }) })
