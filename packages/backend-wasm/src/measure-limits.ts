import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { copyBytes } from './kernels/copies'
import { WasmBackend } from './wasm-backend'

/** What the engine could do at most, with the threads it was opened with. */
export interface MachineLimits {
  /** Of float32 on registers, no memory touched, in the kernels' own instructions: 128 or 256 bits, fused or not. */
  readonly multiplyAddsPerSecond: number
  /** Read and written by a copy that no cache holds. */
  readonly bytesPerSecond: number
}

/** Far beyond a processor's caches. */
const COPIED_BYTES = 128 << 20
/** Of a thread: some tens of milliseconds. */
const MULTIPLY_ADDS = 960_000_000
/** The best of so many: other programs only take away. */
const REPEATS = 5
/** What each task of the loop of multiply-adds reads and writes: two constants, then its vectors. */
const TASK_BYTES = 1024

/**
 * Measures the limits that kernels are held against: a loop of multiply-adds and a copy, in the module that is open.
 *
 * @param now milliseconds from any start; @default performance.now
 * @throws DUALSEG_ENGINE where the wasm engine is not the active one
 */
export function measureLimits(now: () => number = () => performance.now()): MachineLimits {
  const backend = tf.backend()
  if (!(backend instanceof WasmBackend))
    throw dualsegError('DUALSEG_ENGINE', `measureLimits: the active engine is ${tf.getBackend()}; open the wasm engine first`)
  const { heap, pool } = backend.runtime
  const best = (run: () => void) =>
    Math.min(
      ...Array.from({ length: REPEATS }, () => {
        const began = now()
        run()
        return (now() - began) / 1000
      }),
    )
  const target = heap.allocate(pool.threads * TASK_BYTES, 'a measurement')
  const [from, to] = [heap.allocate(COPIED_BYTES, 'a measurement'), heap.allocate(COPIED_BYTES, 'a measurement')]
  try {
    // Converges to 1, and never to a number that is slow to work with.
    heap.float32(target, (pool.threads * TASK_BYTES) / 4).fill(0.5)
    const multiplying = best(() => pool.run('multiplyAddLimit', [target, MULTIPLY_ADDS], pool.threads))
    const copying = best(() => copyBytes(backend, from, to, COPIED_BYTES))
    return {
      multiplyAddsPerSecond: (pool.threads * MULTIPLY_ADDS) / multiplying,
      bytesPerSecond: (2 * COPIED_BYTES) / copying,
    }
  } finally {
    for (const address of [target, from, to]) heap.release(address)
  }
}
