import * as tf from '@tensorflow/tfjs-core'
import { describe } from 'vitest'
import { manySteps } from '../../kernels/test/many-steps'
import { type WasmBackend, wasmEngine } from '../src/index'

describe('WebAssembly', () => {
  manySteps(
    () => wasmEngine.open({ threads: 2 }),
    () => ({ ids: (tf.backend() as WasmBackend).numDataIds(), bytes: (tf.backend() as WasmBackend).memory().wasmBytes }),
  )
})
