import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import {
  COMMON_PROTOCOL,
  type EngineIdentity,
  learningRate,
  type RunPlan,
  type TrainingBatch,
  trainingStep,
  trainRun,
  type UpcomingStep,
} from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { median } from 'simple-statistics'
import { la } from '../grid/la-dataset'
import { casesOf, planGrid } from '../grid/plan-grid'
import { measureCrops } from './measure-crops'
import type { Measurement, Reply, Timing } from './request'
import { stepMethod } from './step-methods'
import { waitFor } from './wait-for'

/** Steps of the run and bare steps take turns, so many of each, so that what else the machine does meets both alike. */
const TURN = 5
/** Checkpoints are timed by themselves, so many of them; a run has one in as many seconds. */
const CHECKPOINTS = 4
const CHECKPOINT_SECONDS = 60
/** Enough that rare changes of crops are among them as often as in a run. */
const CROPPED_BATCHES = 200

/**
 * The steps of a real run, as `bench la` does it, and between them bare steps of the same networks on its first batch. What a run adds: loading and augmenting
 * batches, their tensors, the log, progress, checkpoints.
 */
export async function measureHarness(
  { step, profile, augment }: Measurement & { kind: 'harness' },
  engine: EngineIdentity,
  timing: Timing,
): Promise<Reply['timings']> {
  const method = stepMethod(step)
  const dataset = await la.locate(undefined)
  const store = new CaseStore(dataset.source, { factor: profile.reduce })
  const runs = mkdtempSync(join(tmpdir(), 'dualseg-speed-'))
  try {
    await store.load(casesOf(method, splitFold(dataset.folds, 0, la.labelled)))
    const arms = [{ method: method.name, without: [] }]
    const protocol = { ...COMMON_PROTOCOL, ...(augment && { augment: { kind: augment, mirrorAxes: la.mirrorAxes } }) }
    const request = { arms, folds: [0], seeds: [1], profile, protocol, labelled: la.labelled, runs }
    const [plan] = planGrid(request, dataset, store, engine)
    const measured = await measureRun(plan!, timing)
    const cropSeconds = await measureCrops(plan!, dataset, store, { ...timing, maxRuns: CROPPED_BATCHES })
    return [{ item: augment === undefined ? step : `${step}, ${augment}`, ...measured, cropSeconds }]
  } finally {
    store.clear()
    rmSync(runs, { recursive: true, force: true })
  }
}

async function measureRun(plan: RunPlan, timing: Timing): Promise<{ seconds: number[]; bareSeconds: number[] }> {
  const stop = new AbortController()
  const seconds: number[] = []
  const bareSeconds: number[] = []
  const checkpoints: number[] = []
  const began = performance.now()
  const warm = began + timing.warmUpSeconds * 1000
  const end = warm + timing.seconds * 1000
  let batch: TrainingBatch | undefined
  let done = 0
  /** When the run's latest step or checkpoint ended. */
  let last = began
  let bareMs = 0
  await trainRun(
    { ...plan, checkpointSeconds: (timing.warmUpSeconds + timing.seconds) / CHECKPOINTS },
    {
      signal: stop.signal,
      // The run's own networks, which nobody will use: how fast a step is also depends a little on where its weights lie.
      beforeStep: async (upcoming) => {
        bareMs = 0
        if (done % TURN !== 0) return
        batch ??= keptBatch(upcoming.batch)
        for (let step = 0; step < TURN; step++) {
          const start = performance.now()
          await bareStep(plan, { ...upcoming, batch })
          const ms = performance.now() - start
          bareMs += ms
          if (start >= warm) bareSeconds.push(ms / 1000)
        }
      },
      onProgress: (progress) => {
        if (progress.stage !== 'train') return
        const now = performance.now()
        if (last >= warm) seconds.push((now - last - bareMs) / 1000)
        last = now
        done++
        const isEnough = seconds.length > 0 && bareSeconds.length > 0 && (now >= end || seconds.length >= timing.maxRuns)
        // Before the last step, since a run that is done with training goes on to its tests.
        if (isEnough || progress.iteration + 1 >= progress.iterations) stop.abort()
      },
      onCheckpoint: () => {
        const now = performance.now()
        checkpoints.push((now - last) / 1000)
        last = now
      },
    },
  )
  tf.dispose([batch!.image, batch!.labels])
  const perStep = median(checkpoints) / CHECKPOINT_SECONDS
  return { seconds: seconds.map((one) => one * (1 + perStep)), bareSeconds }
}

function keptBatch(batch: TrainingBatch): TrainingBatch {
  return { ...batch, image: tf.keep(batch.image.clone()), labels: tf.keep(batch.labels.clone()) }
}

async function bareStep({ method, settings }: RunPlan, { networks, batch, setting }: UpcomingStep): Promise<void> {
  const rate = learningRate(settings.learningRate, setting.iteration, setting.iterations)
  await trainingStep(method, networks, batch, { ...setting, rate })
  await waitFor(networks.byName.values().next().value!.network.parameters.at(-1)!.variable)
}
