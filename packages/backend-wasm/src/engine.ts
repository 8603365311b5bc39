import { dualsegError, type Engine, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { version as VERSION } from '../package.json'
import { differences, exercise } from './packing/exercise'
import { packingSupport } from './packing/packing-support'
import { PLAIN_EXERCISES } from './packing/plain-exercises'
import { registerKernels } from './register-kernels'
import { RELAXED_NOTE } from './relaxed-simd'
import { availableThreads, openRuntime, type Runtime } from './runtime'
import { type BackendOptions, WasmBackend } from './wasm-backend'

/** Name of the TensorFlow.js backend. */
export const BACKEND_NAME = 'dualseg-wasm'

/** A module of one function that returns a 128-bit vector: valid only where SIMD is there. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
])

/** How the wasm engine is opened. */
export interface WasmEngineOptions extends EngineOptions, Pick<BackendOptions, 'relaxedSimd' | 'packedSimd'> {}

function report(threads: number, notes: readonly string[], isPacked = false): EngineReport {
  const device = `cpu, WebAssembly SIMD${isPacked ? ' packed into 256 bits' : ''}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  return { available: true, name: 'wasm', version: VERSION, device, threads, notes }
}

async function probe(): Promise<EngineReport> {
  if (typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_PROBE)) return report(await availableThreads(), [])
  return {
    available: false,
    name: 'wasm',
    version: VERSION,
    device: 'none',
    notes: [],
    missing: { what: 'no WebAssembly with SIMD', howToGet: 'use Node 20.19 or newer, or a current browser' },
  }
}

async function open(options: WasmEngineOptions = {}): Promise<EngineReport> {
  const found = await probe()
  if (!found.available) {
    throw dualsegError('DUALSEG_ENGINE_MISSING', `wasm engine: ${found.missing!.what}; ${found.missing!.howToGet}`)
  }
  const { threads, numerics = 'fast' } = options
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw dualsegError('DUALSEG_VALUE', `wasm engine: threads is ${threads}, expected a whole number from 1`)
  }
  if (numerics !== 'strict' && numerics !== 'fast') {
    throw dualsegError('DUALSEG_VALUE', `wasm engine: numerics is '${String(numerics)}'; choose strict or fast`)
  }
  return await openBackend({ ...options, threads: threads ?? (await availableThreads()) })
}

/**
 * Makes the engine's backend the active one. A backend that is already open with the same options stays as it is; with others
 * its tensors are given up.
 */
export async function openBackend(options: BackendOptions): Promise<EngineReport> {
  const current = tf.engine().findBackend(BACKEND_NAME) as WasmBackend | null
  const wantsSame = current instanceof WasmBackend && current.isOpenedWith(options)
  if (!wantsSame) await openAnew(options)
  await tf.setBackend(BACKEND_NAME)
  const { runtime, numerics } = tf.backend() as WasmBackend
  const notes = runtime.isRelaxed ? [...runtime.notes, RELAXED_NOTE] : runtime.notes
  return {
    ...report(runtime.pool.threads, notes, runtime.isPacked),
    numerics: runtime.isRelaxed ? `${numerics}, fused` : numerics,
  }
}

async function openAnew(options: BackendOptions): Promise<void> {
  if (!options.packedSimd) return replaceBackend(await openRuntime(options), options)
  const support = await packingSupport()
  const because = support.possible ? await openPacked(options) : support.because
  if (because === undefined) return
  const runtime = await openRuntime(options)
  replaceBackend({ ...runtime, notes: [...runtime.notes, `not packed into 256 bits: ${because}`] }, options)
}

/** @returns why packed kernels may not be used; nothing if they are open */
async function openPacked(options: BackendOptions): Promise<string | undefined> {
  const { numerics = 'fast' } = options
  const runtime = await openRuntime({ ...options, packed: true })
  replaceBackend(runtime, options)
  await tf.setBackend(BACKEND_NAME)
  const plain = PLAIN_EXERCISES[`${numerics}${runtime.isRelaxed ? ', fused' : ''}`]
  const different = differences(plain, exercise())
  if (different.length === 0) return undefined
  return `here packed kernels give other bits (${different.join('; ')}); please report it with the versions of Node (${process.version}) and processor`
}

function replaceBackend(runtime: Runtime, options: BackendOptions): void {
  if (tf.engine().findBackend(BACKEND_NAME)) tf.removeBackend(BACKEND_NAME)
  tf.registerBackend(BACKEND_NAME, () => new WasmBackend(runtime, options))
  registerKernels(BACKEND_NAME)
}

/** The engine that needs nothing installed: WebAssembly SIMD on worker threads, in Node and in browsers. */
export const wasmEngine: Engine & { open(options?: WasmEngineOptions): Promise<EngineReport> } = { name: 'wasm', probe, open }
