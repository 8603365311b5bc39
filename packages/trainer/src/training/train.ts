import type { EngineCopies } from '../engines/engine-copies'
import { countCopies } from '../engines/engine-copies'
import { batchRequest } from './batch-source'
import type { NetworkSet } from './create-networks'
import { iterationDraws } from './draws'
import { learningRate } from './learning-rate'
import { StepClock } from './step-clock'
import { trainingBatch } from './training-batch'
import type { TrainingHooks, TrainingPlan, TrainingRecord } from './training-plan'
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
 * Trains from a checkpoint on (or from the start) to the last iteration, and has a checkpoint kept there.
 *
 * @param start training steps that the networks have behind them
 * @returns what was done
 */
export async function train(
  plan: TrainingPlan,
  networks: NetworkSet,
  record: TrainingRecord,
  start: number,
  hooks: TrainingHooks,
): Promise<Trained> {
  const { settings, method, seed } = plan
  const { iterations } = settings
  const batches = await plan.data.openBatches(batchRequest(settings, seed, { start, end: iterations }))
  const uploaded = new UploadedBatches(async (iteration) => trainingBatch(await batches.next(iteration), settings))
  const clock = new StepClock()
  let copies: EngineCopies | undefined
  let saved = performance.now()
  const checkpoint = async (iteration: number) => {
    await record.checkpoint(iteration)
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
          ...(settings.rampLength !== undefined && { rampLength: settings.rampLength }),
          protocol: settings.protocol,
          without: plan.without ?? [],
          draws: iterationDraws(seed, iteration),
        }
        await hooks.beforeStep?.({ networks, batch, setting })
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
      record.append({ iteration, rate, ...report, seconds })
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
    await batches.close()
    await uploaded.close()
  }
}
