import { totalmem } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { dualsegError } from '@dualseg/kernels'
import {
  createNetworks,
  faultOf,
  iterationDraws,
  learningRate,
  missingPredictions,
  networkPredictor,
  type RunPlan,
  type RunProgress,
  runIdentity,
  runProgress,
  runTestCase,
  trainingBatch,
  trainingStep,
} from '@dualseg/trainer'
import { type Arm, armTitle } from './arm'
import { predictStepBytes } from './step-memory'

export interface RunEstimate {
  title: string
  arm: Arm
  fold: number
  seed: number
  folder: string
  state: 'new' | 'begun' | 'done'
  iterations: number
  /** Iterations that are still to be done. */
  iterationsLeft: number
  /** Masks that are asked for and that a finished run went without. */
  predictionsLeft?: number
  /** Training and test that are left. */
  seconds: number
  testSeconds: number
  /** The most bytes of tensors in a training step, told before one is tried; absent where the engine does not tell. */
  stepBytes?: number
}

export interface PlanEstimate {
  runs: RunEstimate[]
  seconds: number
}

const MEASURED_ITERATIONS = 3

interface Cost {
  iteration: number
  testCase: number
  stepBytes?: number
}

export interface EstimateOptions {
  /** False: nothing is computed, and times are 0. */
  readonly measured: boolean
  readonly signal?: AbortSignal
}

/** What a plan will take, from three measured iterations and one test case of each method, done on networks that are thrown away. */
export async function estimatePlan(plans: readonly RunPlan[], { measured, signal }: EstimateOptions): Promise<PlanEstimate> {
  const costs = new Map<string, Cost>()
  const runs: RunEstimate[] = []
  for (const plan of plans) {
    const arm = { method: plan.method.name, without: plan.without ?? [] }
    const { folder } = runIdentity(plan)
    const { state, iterations: iterationsDone, cases: casesDone } = progressOf(folder)
    const { iterations } = plan.settings
    const iterationsLeft = state === 'done' ? 0 : iterations - iterationsDone
    const predictionsLeft = state === 'done' ? missingPredictions(plan).length : 0
    const casesLeft = state === 'done' ? predictionsLeft : plan.data.testIds.length - casesDone
    let cost: Cost = { iteration: 0, testCase: 0 }
    if (measured && (state !== 'done' || predictionsLeft > 0)) {
      cost = costs.get(plan.method.name) ?? (await measure(plan, signal))
      costs.set(plan.method.name, cost)
    }
    const testSeconds = casesLeft * cost.testCase
    runs.push({
      title: `${armTitle(arm)} fold ${plan.fold} seed ${plan.seed}`,
      arm,
      fold: plan.fold,
      seed: plan.seed,
      folder,
      state,
      iterations,
      iterationsLeft,
      ...(predictionsLeft > 0 && { predictionsLeft }),
      seconds: iterationsLeft * cost.iteration + testSeconds,
      testSeconds,
      ...(cost.stepBytes !== undefined && { stepBytes: cost.stepBytes }),
    })
  }
  return { runs, seconds: runs.reduce((sum, run) => sum + run.seconds, 0) }
}

async function measure(plan: RunPlan, signal: AbortSignal | undefined): Promise<Cost> {
  const { method, settings, seed, data } = plan
  const stepBytes = await predictStepBytes(plan)
  if (stepBytes !== undefined) expectRoom(method.name, stepBytes)
  const networks = createNetworks(method, settings, seed)
  const end = Math.min(MEASURED_ITERATIONS, settings.iterations)
  const batches = await data.openBatches({
    seed,
    patch: settings.patch,
    ...settings.batch,
    rotFlip: settings.rotFlip,
    ...(settings.augment && { augment: settings.augment }),
    start: 0,
    end,
  })
  try {
    const times: number[] = []
    for (let iteration = 0; iteration < end; iteration++) {
      // Lets Ctrl-C be heard between long iterations.
      await setImmediate()
      signal?.throwIfAborted()
      const loaded = await batches.next(iteration)
      const began = performance.now()
      const batch = trainingBatch(loaded, settings)
      try {
        await trainingStep(method, networks, batch, {
          iteration,
          iterations: settings.iterations,
          rampEvery: settings.rampEvery,
          without: plan.without ?? [],
          draws: iterationDraws(seed, iteration),
          rate: learningRate(settings.learningRate, iteration, settings.iterations),
        })
      } finally {
        batch.image.dispose()
        batch.labels.dispose()
      }
      times.push((performance.now() - began) / 1000)
    }
    signal?.throwIfAborted()
    const testCase = await data.openTestCase(data.testIds[0]!)
    const began = performance.now()
    const predict = networkPredictor(networks, method.predictWith, settings.patch, {
      ...(settings.testMirror && { mirror: settings.testMirror }),
    })
    await runTestCase(testCase, predict, settings, {
      channels: method.predictWith[0]!.output === 'logit' ? 1 : settings.classes,
      decide: method.decide,
    })
    // The first step also warms up the engine; the fastest is nearest to what the run will see.
    const testCaseSeconds = (performance.now() - began) / 1000
    return { iteration: Math.min(...times), testCase: testCaseSeconds, ...(stepBytes !== undefined && { stepBytes }) }
  } finally {
    await batches.close()
    networks.dispose()
  }
}

/** @throws DUALSEG_MEMORY before a step is tried that the machine cannot hold */
function expectRoom(method: string, bytes: number): void {
  if (bytes <= totalmem()) return
  const gigabytes = (n: number) => `${(n / 1e9).toFixed(1)} GB`
  throw dualsegError(
    'DUALSEG_MEMORY',
    `${method}: a training step takes about ${gigabytes(bytes)}, this machine has ${gigabytes(totalmem())}; choose a smaller profile`,
  )
}

/** What is damaged is said when the run is tried; until then it counts as not begun. */
function progressOf(folder: string): RunProgress {
  try {
    return runProgress(folder)
  } catch (error) {
    if (faultOf(error) === undefined) throw error
    return { state: 'begun', iterations: 0, cases: 0 }
  }
}
