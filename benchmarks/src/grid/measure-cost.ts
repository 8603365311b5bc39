import { setImmediate } from 'node:timers/promises'
import {
  batchRequest,
  createNetworks,
  iterationDraws,
  type NetworkSet,
  networkPredictor,
  type PredictWindows,
  type RunPlan,
  runTestCase,
  scoresOfMethod,
  type TestCase,
  trainingBatch,
  trainingStep,
  windowStarts,
} from '@dualseg/trainer'
import { mean, median } from 'simple-statistics'

/** What a method's run is made of, in seconds. */
export interface Cost {
  /** Of a training step. */
  readonly iteration: number
  /** Of a window of a test case, through all networks that predict. */
  readonly window: number
  /** Of all that is done to a test case beside it, by voxels of its reference. */
  readonly voxel: number
}

/** Steps are measured for so long, and never fewer; windows as well. */
const MEASURED_SECONDS = 2
const LEAST_STEPS = 2
const MEASURED_WINDOW_SECONDS = 0.5

/**
 * Measures on networks that are thrown away: steps at iterations spread over the run, since a method's stages and ramps cost differently; windows; and a
 * test case without its windows. What comes first also compiles and fetches memory, and does not count.
 */
export async function measureCost(plan: RunPlan, signal: AbortSignal | undefined): Promise<Cost> {
  const networks = createNetworks(plan.method, plan.settings, plan.seed)
  try {
    const iteration = await measureIteration(plan, networks, signal)
    const { testIds } = plan.data
    const middle = testIds[Math.floor(testIds.length / 2)]
    if (middle === undefined) return { iteration, window: 0, voxel: 0 }
    const testCase = await plan.data.openTestCase(middle)
    return { iteration, ...(await measureTest(plan, networks, testCase, signal)) }
  } finally {
    networks.dispose()
  }
}

/** Seconds of the test of some cases. */
export async function testSecondsOf({ data, settings }: RunPlan, ids: readonly string[], cost: Cost): Promise<number> {
  let seconds = 0
  for (const id of ids) {
    const testCase = await data.openTestCase(id)
    seconds += cost.window * windowsOf(testCase, settings) + cost.voxel * testCase.label.data.length
  }
  return seconds
}

async function measureIteration(plan: RunPlan, networks: NetworkSet, signal: AbortSignal | undefined): Promise<number> {
  const { method, settings, seed } = plan
  const { iterations } = settings
  const batches = await plan.data.openBatches(batchRequest(settings, seed, { start: 0, end: iterations }))
  const seconds: number[] = []
  try {
    for (let step = 0, spent = 0; step < iterations && (step <= LEAST_STEPS || spent < MEASURED_SECONDS); step++) {
      // Lets Ctrl-C be heard between long iterations.
      await setImmediate()
      signal?.throwIfAborted()
      const loaded = await batches.next(step)
      const iteration = Math.floor(spread(step) * iterations)
      const began = performance.now()
      const batch = trainingBatch(loaded, settings)
      try {
        await trainingStep(method, networks, batch, {
          iteration,
          iterations,
          rampEvery: settings.rampEvery,
          ...(settings.rampLength !== undefined && { rampLength: settings.rampLength }),
          protocol: settings.protocol,
          without: plan.without ?? [],
          draws: iterationDraws(seed, iteration),
          // Steps out of order would lead nowhere; these leave the networks as they are.
          rate: 0,
        })
      } finally {
        batch.image.dispose()
        batch.labels.dispose()
      }
      const took = (performance.now() - began) / 1000
      if (step > 0) spent += took
      seconds.push(took)
    }
  } finally {
    await batches.close()
  }
  return mean(seconds.length > 1 ? seconds.slice(1) : seconds)
}

/** Where in the run the n-th step is measured: 1/2, 1/4, 3/4, 1/8, 5/8, … so that the first few are spread over it, however many there will be. */
function spread(n: number): number {
  let place = 0
  for (let i = n + 1, half = 0.5; i > 0; i = Math.floor(i / 2), half /= 2) place += (i % 2) * half
  return place
}

async function measureTest(
  { method, settings }: RunPlan,
  networks: NetworkSet,
  testCase: TestCase,
  signal: AbortSignal | undefined,
): Promise<Pick<Cost, 'window' | 'voxel'>> {
  const predict = networkPredictor(networks, method.predictWith, settings.patch, {
    ...(settings.testMirror && { mirror: settings.testMirror }),
  })
  const { windowBatch = 1 } = settings
  const scores = scoresOfMethod(method, settings.classes)
  const voxels = settings.patch[0] * settings.patch[1] * settings.patch[2]
  const count = Math.min(windowBatch, windowsOf(testCase, settings))
  // Not one value alone: that would be predicted once for all.
  const windows = Float32Array.from({ length: count * voxels * (settings.channelNames?.length ?? 1) }, (_, i) => Math.sin(i))
  const perWindow: number[] = []
  await predict(windows, count)
  for (let spent = 0; perWindow.length === 0 || spent < MEASURED_WINDOW_SECONDS; ) {
    await setImmediate()
    signal?.throwIfAborted()
    const began = performance.now()
    await predict(windows, count)
    const took = (performance.now() - began) / 1000
    perWindow.push(took / count)
    spent += took
  }
  const began = performance.now()
  await runTestCase(testCase, balls(settings.patch, scores.channels), settings, scores)
  return { window: median(perWindow), voxel: (performance.now() - began) / 1000 / testCase.label.data.length }
}

/** In place of networks, for the time of everything else: a ball in each window, about as large as what is looked for. */
function balls([nx, ny, nz]: readonly [number, number, number], channels: number): PredictWindows {
  const one = new Float32Array(nx * ny * nz * channels)
  const place = (i: number, n: number) => ((2 * i + 1) / n - 1) * 2
  let at = 0
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++, at += channels)
        one[at + channels - 1] = place(x, nx) ** 2 + place(y, ny) ** 2 + place(z, nz) ** 2 < 1 ? 1 : 0
  const repeated = new Map<number, Float32Array>()
  return (_, count) => {
    const known = repeated.get(count)
    if (known !== undefined) return known
    const scores = new Float32Array(count * one.length)
    for (let i = 0; i < count; i++) scores.set(one, i * one.length)
    repeated.set(count, scores)
    return scores
  }
}

function windowsOf({ image }: TestCase, { patch, stride }: RunPlan['settings']): number {
  return [0, 1, 2].reduce((all, axis) => all * windowStarts(image.size[axis]!, patch[axis]!, stride[axis]!).starts.length, 1)
}
