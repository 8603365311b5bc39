import { BACKEND_NAME, type WasmBackend } from '@dualseg/backend-wasm'
import { random } from '@dualseg/kernels/random'
import {
  createNetworks,
  iterationDraws,
  type RunPlan,
  type TrainingSettings,
  trainingBatch,
  trainingStep,
} from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'

/** What of a run's plan decides how much a step holds. */
export type StepPlan = Pick<RunPlan, 'method' | 'seed' | 'without'> & {
  readonly settings: Pick<
    TrainingSettings,
    'patch' | 'batch' | 'filters' | 'classes' | 'channelNames' | 'dropout' | 'initialise' | 'iterations' | 'rampEvery'
  >
}

/** Patches on which a step is measured: large enough that its maps, not its parameters, decide when it holds most, and done in a second. */
const SMALL = [
  [64, 32, 32],
  [64, 64, 32],
] as const

/**
 * How many bytes of tensors a training step will hold at most, told before one of its size is tried. Steps on two small patches give what does not depend on
 * the patch and what grows with its voxels; a small patch is tried itself. Of the wasm engine alone; others do not tell.
 */
export async function predictStepBytes(plan: StepPlan): Promise<number | undefined> {
  if (tf.getBackend() !== BACKEND_NAME) return undefined
  const { patch } = plan.settings
  if (voxelsOf(patch) <= voxelsOf(SMALL[1])) return await stepBytes(plan, patch)
  const measured: { voxels: number; bytes: number }[] = []
  for (const small of SMALL) measured.push({ voxels: voxelsOf(small), bytes: await stepBytes(plan, small) })
  const [a, b] = measured as [(typeof measured)[0], (typeof measured)[0]]
  const slope = (b.bytes - a.bytes) / (b.voxels - a.voxels)
  return a.bytes + slope * (voxelsOf(patch) - a.voxels)
}

/** The most bytes of tensors that one step of the plan's method holds with another patch. */
export async function stepBytes(plan: StepPlan, patch: readonly [number, number, number]): Promise<number> {
  const { method, seed } = plan
  const settings = { ...plan.settings, patch }
  const backend = tf.backend() as WasmBackend
  const before = backend.memory().wasmBytes
  backend.resetPeak()
  const networks = createNetworks(method, settings, seed)
  const samples = settings.batch.labelled + settings.batch.unlabelled
  const image = new Float32Array(samples * voxelsOf(patch) * (settings.channelNames?.length ?? 1))
  random(seed, 'step memory', 0, 0).fillNormal(image, 0, 1)
  const label = Uint8Array.from({ length: samples * voxelsOf(patch) }, (_, voxel) => (image[voxel]! > 0 ? 1 : 0))
  const batch = trainingBatch({ image, label }, settings)
  try {
    await trainingStep(method, networks, batch, {
      iteration: 0,
      iterations: settings.iterations,
      rampEvery: settings.rampEvery,
      without: plan.without ?? [],
      draws: iterationDraws(seed, 0),
      rate: 0,
    })
    return backend.memory().wasmPeakBytes - before
  } finally {
    batch.image.dispose()
    batch.labels.dispose()
    networks.dispose()
  }
}

function voxelsOf([x, y, z]: readonly [number, number, number]): number {
  return x * y * z
}
