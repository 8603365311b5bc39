import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { knownLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { Checkpoints } from './checkpoint'
import type { NetworkSet } from './create-networks'
import { iterationDraws } from './draws'
import { countCopies, type EngineCopies } from './engine-copies'
import { learningRate } from './learning-rate'
import { LineLog } from './line-log'
import type { TrainingBatch } from './method'
import type { LoadedBatch, RunHooks, RunPlan } from './run-plan'
import type { TrainingSettings } from './settings'
import { type StepReport, trainingStep } from './training-step'
import { turn } from './turn'
import { UploadedBatches } from './uploaded-batches'

const CHECKPOINT_SECONDS = 60

export interface Trained {
  /** Training steps that the networks have behind them: fewer than the plan's if it was aborted. */
  readonly done: number
  /** By this process's steps together; absent where tensors lie on the host anyway. */
  readonly copies?: EngineCopies
}

/**
 * Trains from the checkpoint on (or from the start) to the last iteration, and leaves a checkpoint there.
 *
 * @param start training steps that the networks have behind them
 * @returns what was done
 */
export async function train(
  plan: RunPlan,
  networks: NetworkSet,
  checkpoints: Checkpoints,
  folder: string,
  start: number,
  hooks: RunHooks,
): Promise<Trained> {
  const { settings, method, seed } = plan
  const { iterations } = settings
  const { log, lines } = LineLog.open(join(folder, 'log.jsonl'), start)
  if (lines.length < start) {
    log.close()
    throw dualsegError(
      'DUALSEG_DATA',
      `${join(folder, 'log.jsonl')} has ${lines.length} lines for ${start} iterations; move the folder away to start anew`,
    )
  }
  const batches = await plan.data.openBatches({
    seed,
    patch: settings.patch,
    ...settings.batch,
    rotFlip: settings.rotFlip,
    start,
    end: iterations,
  })
  const uploaded = new UploadedBatches(async (iteration) => trainingBatch(await batches.next(iteration), settings))
  const clock = new StepClock()
  let copies: EngineCopies | undefined
  let saved = performance.now()
  const checkpoint = async (iteration: number) => {
    // The log first: a checkpoint must never know of iterations that the log does not.
    log.sync()
    await checkpoints.write(networks, iteration)
    saved = performance.now()
    hooks.onCheckpoint?.(iteration)
  }
  try {
    for (let iteration = start; iteration < iterations; iteration++) {
      await turn()
      if (hooks.signal?.aborted) {
        await checkpoint(iteration)
        return { done: iteration, ...(copies && { copies }) }
      }
      const began = performance.now()
      const batch = await uploaded.take(iteration)
      const rate = learningRate(settings.learningRate, iteration, iterations)
      let report: StepReport
      let copied: EngineCopies | undefined
      try {
        const setting = {
          iteration,
          iterations,
          rampEvery: settings.rampEvery,
          without: plan.without ?? [],
          draws: iterationDraws(seed, iteration),
        }
        await hooks.beforeStep?.({ folder, networks, batch, setting })
        const count = countCopies()
        // Nothing is awaited in between: it is uploaded when the step has asked for all its kernels and waits for the first value.
        if (iteration + 1 < iterations) uploaded.prepare(iteration + 1)
        report = await trainingStep(method, networks, batch, { ...setting, rate })
        copied = count()
      } finally {
        batch.image.dispose()
        batch.labels.dispose()
      }
      const seconds = (performance.now() - began) / 1000
      log.append(JSON.stringify({ iteration, rate, ...report, seconds }))
      const done = iteration + 1
      copies = copied && {
        toHost: (copies?.toHost ?? 0) + copied.toHost,
        toEngine: (copies?.toEngine ?? 0) + copied.toEngine,
      }
      hooks.onProgress?.({
        stage: 'train',
        iteration: done,
        iterations,
        terms: { ...report.terms, ...report.noted },
        ...(copied && { copies: copied }),
        seconds,
        secondsLeft: clock.left(seconds, iterations - done),
      })
      const isDue =
        performance.now() - saved > (plan.checkpointSeconds ?? CHECKPOINT_SECONDS) * 1000 ||
        (plan.checkpointIterations !== undefined && done % plan.checkpointIterations === 0)
      if (isDue || done === iterations) await checkpoint(done)
    }
    return { done: iterations, ...(copies && { copies }) }
  } finally {
    log.close()
    await batches.close()
    await uploaded.close()
  }
}

/** A loaded batch as tensors, which the caller frees. Only labels of labelled samples are taken over. */
export function trainingBatch(
  loaded: Pick<LoadedBatch, 'image' | 'label'>,
  settings: Pick<TrainingSettings, 'batch' | 'patch'>,
): TrainingBatch {
  const { patch, batch } = settings
  const voxels = patch[0] * patch[1] * patch[2]
  const all = batch.labelled + batch.unlabelled
  if (loaded.image.length !== all * voxels || loaded.label.length < batch.labelled * voxels) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `batch: ${loaded.image.length} voxels and ${loaded.label.length} labels; expected ${all} samples of [${patch}], ${batch.labelled} of them labelled`,
    )
  }
  const labelData = loaded.label.subarray(0, batch.labelled * voxels)
  const labels = tf.tensor4d(new Int32Array(labelData), [batch.labelled, ...patch], 'int32')
  return {
    image: tf.tensor5d(loaded.image, [all, ...patch, 1]),
    // Looked at here, where they lie in plain memory, a quarter of the tensor's: else the first loss would read the tensor in every step.
    labels: knownLabels(labels, highestOf(labelData)),
    labelData,
    labelledCount: batch.labelled,
    unlabelledCount: batch.unlabelled,
    patch,
  }
}

function highestOf(labels: Uint8Array): number {
  let highest = 0
  for (let i = 0; i < labels.length; i++) if (labels[i]! > highest) highest = labels[i]!
  return highest
}

/** Time left, from the mean of this process's latest steps; the first ones are slower and leave the mean soon. */
export class StepClock {
  private readonly latest: number[] = []

  left(seconds: number, steps: number): number {
    this.latest.push(seconds)
    if (this.latest.length > 20) this.latest.shift()
    return (this.latest.reduce((sum, one) => sum + one, 0) / this.latest.length) * steps
  }
}
