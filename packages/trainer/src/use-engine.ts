import { dualsegError, type EngineReport, type Numerics } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineIdentity } from './run-plan'

export type EngineName = 'wasm' | 'cpu'

export interface UseEngineOptions {
  /** @default what the engine finds best */
  readonly threads?: number
  /** How convolutions are computed: `strict` as accurately as direct sums, `fast` with gradients of fewer operations that stay far inside the conformance kit's tolerances. @default fast */
  readonly numerics?: Numerics
  /** True: the wasm engine uses fused multiply-adds where runtime and processor have them; other last bits. @default false */
  readonly relaxedSimd?: boolean
}

/** What is open now: the engine's own report, and what of it belongs to a run's identity. */
export interface OpenedEngine extends EngineReport {
  readonly identity: EngineIdentity
}

/**
 * Opens the engine that everything below computes with. `auto` takes the first that is there: wasm, then cpu.
 *
 * Prints nothing; the caller shows the report.
 *
 * @throws DUALSEG_ENGINE_MISSING with the remedy if the engine asked for is not installed or cannot run here
 */
export async function useEngine(name: EngineName | 'auto', options: UseEngineOptions = {}): Promise<OpenedEngine> {
  if (name === 'cpu') return openCpu()
  if (name === 'wasm') return openWasm(options)
  if (name !== 'auto') {
    throw dualsegError('DUALSEG_USAGE', `useEngine: '${String(name)}' is no engine; choose auto, wasm or cpu`)
  }
  try {
    return await openWasm(options)
  } catch (error) {
    if ((error as { code?: string }).code !== 'DUALSEG_ENGINE_MISSING') throw error
    const opened = await openCpu()
    return { ...opened, notes: [...opened.notes, `wasm: ${(error as Error).message}`] }
  }
}

async function openWasm(options: UseEngineOptions): Promise<OpenedEngine> {
  let module: typeof import('@dualseg/backend-wasm')
  try {
    module = await import('@dualseg/backend-wasm')
  } catch (cause) {
    throw dualsegError(
      'DUALSEG_ENGINE_MISSING',
      'useEngine: the wasm engine is not installed; add it with `npm install @dualseg/backend-wasm`',
      { cause },
    )
  }
  const report = await module.wasmEngine.open(options)
  return {
    ...report,
    identity: {
      name: 'wasm',
      device: 'cpu',
      precision: 'float32',
      numerics: report.numerics ?? 'strict',
      revision: module.NUMERICS_REVISION,
      // No `threads`: the engine's bits do not depend on them.
    },
  }
}

async function openCpu(): Promise<OpenedEngine> {
  let version: string
  try {
    version = (await import('@tensorflow/tfjs-backend-cpu')).version_cpu
  } catch (cause) {
    throw dualsegError(
      'DUALSEG_ENGINE_MISSING',
      'useEngine: the cpu engine is not installed; add it with `npm install @tensorflow/tfjs-backend-cpu`',
      { cause },
    )
  }
  if (!(await tf.setBackend('cpu'))) {
    throw dualsegError('DUALSEG_ENGINE_MISSING', 'useEngine: the cpu backend of TensorFlow.js did not start')
  }
  const notes = ['plain JavaScript: exact, and some hundred times slower than wasm']
  return {
    available: true,
    name: 'cpu',
    version,
    device: 'cpu, 1 thread',
    threads: 1,
    notes,
    identity: { name: 'cpu', device: 'cpu', precision: 'float32', numerics: 'strict', revision: Number(version.split('.')[0]) },
  }
}
