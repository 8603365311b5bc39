import { train } from '../../../kernels/test/tiny-training'
import { openBackend, wasmEngine } from '../../src/index'

// Runs in Chromium, in a page and in a worker alike: the same training as in Node, and what the engine says of itself.

/** What came of it, as it goes back to the test. */
export interface StepInPage {
  readonly isolated: boolean
  readonly threads: number | undefined
  readonly notes: readonly string[]
  readonly numerics: string | undefined
  /** With plain SIMD. */
  readonly losses: number[]
  /** As the engine opens by itself. */
  readonly ownLosses: number[]
}

const STEPS = 3

async function trainHere(): Promise<StepInPage> {
  const own = await wasmEngine.open({ threads: 2 })
  const ownLosses = train(STEPS).losses
  await openBackend({ threads: 2, relaxedSimd: false })
  const { losses } = train(STEPS)
  const { threads, notes, numerics } = own
  return { isolated: crossOriginIsolated, threads, notes, numerics, losses, ownLosses }
}

async function answer(): Promise<StepInPage | { error: string }> {
  return await trainHere().catch((error: Error) => ({ error: error.stack ?? error.message }))
}

if (typeof document === 'undefined') void answer().then((result) => postMessage(result))
else (globalThis as { trainHere?: typeof answer }).trainHere = answer
