import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import {
  COMMON_PROTOCOL,
  createNetworks,
  type EngineIdentity,
  iterationDraws,
  type RunPlan,
  type TrainingBatch,
  trainingStep,
  trainRun,
} from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { median } from 'simple-statistics'
import { la } from '../grid/la-dataset'
import { casesOf, planGrid } from '../grid/plan-grid'
import type { Measurement, Reply, Timing } from './request'
import { stepMethod } from './step-methods'
import { timedRuns } from './timed-runs'
import { waitFor } from './wait-for'

/** Runs and bare steps take turns, so that what else the machine does meets both alike. */
const TURNS = 4
const RATE = 0.01
/** How often a run writes one. */
const CHECKPOINT_SECONDS = 60

/**
 * The steps of a real run, as `bench la` does it, and bare steps of the same method on one of its batches, by turns in this process. What a run adds: loading and
 * augmenting batches, draws, the log, progress, checkpoints.
 */
export async function measureHarness(
  { step, profile }: Measurement & { kind: 'harness' },
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
    const request = { arms, folds: [0], seeds: [1], profile, protocol: COMMON_PROTOCOL, labelled: la.labelled, runs }
    const [plan] = planGrid(request, dataset, store, engine)
    return [{ item: step, ...(await byTurns(plan!, timing)) }]
  } finally {
    store.clear()
    rmSync(runs, { recursive: true, force: true })
  }
}

async function byTurns(plan: RunPlan, timing: Timing): Promise<{ seconds: number[]; bareSeconds: number[] }> {
  const share = { ...timing, seconds: timing.seconds / TURNS }
  const seconds: number[] = []
  const bareSeconds: number[] = []
  const checkpoints: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const { batch, steps, checkpoint } = await pieceOfRun(plan, share)
    seconds.push(...steps)
    checkpoints.push(checkpoint)
    bareSeconds.push(...(await bareSteps(plan, batch, share)))
    tf.dispose([batch.image, batch.labels])
  }
  const perStep = median(checkpoints) / CHECKPOINT_SECONDS
  return { seconds: seconds.map((one) => one * (1 + perStep)), bareSeconds }
}

/** Goes on with the run for a while: from one step's report to the next one's, and how long its checkpoint took. */
async function pieceOfRun(
  plan: RunPlan,
  { warmUpSeconds, seconds, maxRuns }: Timing,
): Promise<{ batch: TrainingBatch; steps: number[]; checkpoint: number }> {
  const stop = new AbortController()
  const steps: number[] = []
  let batch: TrainingBatch | undefined
  let began: number | undefined
  let last = 0
  let checkpoint = 0
  await trainRun(plan, {
    signal: stop.signal,
    beforeStep: (upcoming) => {
      batch ??= {
        ...upcoming.batch,
        image: tf.keep(upcoming.batch.image.clone()),
        labels: tf.keep(upcoming.batch.labels.clone()),
      }
    },
    onProgress: () => {
      const now = performance.now()
      began ??= now
      const isWarm = now - began >= warmUpSeconds * 1000
      if (isWarm && last > 0) steps.push((now - last) / 1000)
      last = now
      if (steps.length >= maxRuns || (steps.length > 0 && now - began >= (warmUpSeconds + seconds) * 1000)) stop.abort()
    },
    onCheckpoint: () => {
      if (stop.signal.aborted) checkpoint = (performance.now() - last) / 1000
    },
  })
  return { batch: batch!, steps, checkpoint }
}

async function bareSteps({ method, settings, seed }: RunPlan, batch: TrainingBatch, timing: Timing): Promise<number[]> {
  const networks = createNetworks(method, settings, seed)
  const last = networks.byName.values().next().value!.network.parameters.at(-1)!.variable
  const { iterations, rampEvery } = settings
  let iteration = 0
  try {
    return await timedRuns(async () => {
      const draws = iterationDraws(seed, iteration)
      await trainingStep(method, networks, batch, {
        iteration: iteration++,
        iterations,
        rampEvery,
        without: [],
        draws,
        rate: RATE,
      })
      await waitFor(last)
    }, timing)
  } finally {
    networks.dispose()
  }
}
