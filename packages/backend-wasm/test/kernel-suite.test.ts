import { kernelSuite } from '@dualseg/kernels/testing'
import { wasmEngine } from '../src/index'

kernelSuite({ name: 'dualseg-wasm', open: () => wasmEngine.open() })
