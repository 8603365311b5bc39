import type { EngineOptions, Numerics } from '@dualseg/kernels'
import { absent, type EngineEntry, loadPackage } from './engine-entry'

const PACKAGE = '@dualseg/backend-wasm'
const load = () => import('@dualseg/backend-wasm')

export interface WasmOptions extends EngineOptions {
  /** True: fused multiply-adds where runtime and processor have them; other last bits. @default false */
  readonly relaxedSimd?: boolean
  /** True: V8 packs the kernels into 256-bit instructions where it can; the same bits, faster. See `@dualseg/backend-wasm`. @default false */
  readonly packedSimd?: boolean
}

export const wasm: EngineEntry<WasmOptions> = {
  async probe() {
    const module = await load().catch(() => undefined)
    return module ? module.wasmEngine.probe() : absent('wasm', PACKAGE)
  },

  async open(options) {
    const { wasmEngine, NUMERICS_REVISION } = await loadPackage('wasm', PACKAGE, load)
    const report = await wasmEngine.open(options)
    const numerics = report.numerics ?? 'strict'
    // No `threads`: the engine's bits do not depend on them.
    const identity = { name: 'wasm', device: 'cpu', precision: 'float32', numerics, revision: NUMERICS_REVISION }
    return { ...report, identity }
  },

  optionsOf: ({ numerics }) => ({
    numerics: numerics.split(',')[0] as Numerics,
    relaxedSimd: numerics.endsWith(', fused'),
  }),
}
