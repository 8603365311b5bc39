import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { testCases } from '../prediction/test-cases'
import type { CaseResult } from '../prediction/test-plan'
import { createNetworks, type NetworkSet } from '../training/create-networks'
import { type Trained, train } from '../training/train'
import { readableJson } from './canonical-json'
import { openCaseRecord } from './case-record'
import { Checkpoints } from './checkpoint'
import { diskError } from './disk-error'
import { readIfThere, replaceDurably } from './durable-file'
import { missingPredictions, writeMissingPredictions } from './predictions'
import { Provenance } from './provenance'
import { resultOf } from './result-of'
import { runIdentity } from './run-identity'
import { keepRunInput } from './run-input'
import { clearStaleLock, lockRun } from './run-lock'
import type { RunHooks, RunOutcome, RunPlan, RunResult } from './run-plan'
import { storedNetworks } from './stored-networks'
import { openTrainingRecord } from './training-record'

/**
 * Does one run: trains, tests, and leaves `result.json`, in the folder that belongs to the plan's identity.
 *
 * A run that is finished is returned as it is; one that was begun goes on from its checkpoint. Killed at any instant and called again,
 * it ends with the same bytes (weights, `cases.jsonl`, `result.json`, and `log.jsonl` but for its `seconds`) as if it had never been.
 *
 * @throws DUALSEG_DISK if its folder cannot be written or the disk is full, DUALSEG_NAN if an optimised term is not finite, DUALSEG_LOCKED if another process works on this run, DUALSEG_DATA if files of
 *   the run were changed, DUALSEG_VALUE for a plan that cannot be run
 */
export async function trainRun(plan: RunPlan, hooks: RunHooks = {}): Promise<RunOutcome> {
  checkPlan(plan)
  const { config, sha256, folder: relative } = runIdentity(plan)
  const folder = resolve(relative)
  const finished = finishedRun(folder, sha256)
  if (finished !== undefined && missingPredictions(plan).length === 0) {
    clearStaleLock(folder)
    return finished
  }

  try {
    return await lockedRun(plan, folder, { config, sha256 }, hooks)
  } catch (error) {
    throw diskError(error, folder)
  }
}

async function lockedRun(
  plan: RunPlan,
  folder: string,
  identity: { config: object; sha256: string },
  hooks: RunHooks,
): Promise<RunOutcome> {
  const { sha256 } = identity
  mkdirSync(folder, { recursive: true })
  const lock = lockRun(folder)
  try {
    // Somebody may have finished it between the first look and the lock.
    const finishedMeanwhile = finishedRun(folder, sha256)
    if (finishedMeanwhile !== undefined) return await withPredictions(plan, finishedMeanwhile, sha256, hooks)
    if (readIfThere(join(folder, 'config.json')) === undefined)
      replaceDurably(join(folder, 'config.json'), readableJson(identity))
    keepRunInput(folder, plan)
    return await work(plan, folder, sha256, hooks)
  } finally {
    lock.release()
  }
}

async function work(plan: RunPlan, folder: string, configSha256: string, hooks: RunHooks): Promise<RunOutcome> {
  const networks = createNetworks(plan.method, plan.settings, plan.seed)
  try {
    const checkpoints = new Checkpoints(folder, configSha256)
    const start = checkpoints.read(networks)
    const provenance = new Provenance(folder, plan, start)
    hooks.onOpen?.(folder, start)
    const { iterations } = plan.settings
    const { done, copies } =
      start < iterations
        ? await keptTraining(plan, networks, checkpoints, folder, start, hooks)
        : { done: start, copies: undefined }
    if (copies) provenance.trained(done - start, copies)
    if (done < iterations) return { status: 'interrupted', folder, stage: 'train', iteration: done }
    const cases = await keptTest(plan, networks, folder, hooks)
    // A test that was interrupted may have begun without them.
    const added = cases && (await writeMissingPredictions(plan, networks, folder, cases, hooks))
    if (cases === undefined || added === undefined) return { status: 'interrupted', folder, stage: 'test', iteration: done }
    const result = resultOf(plan, configSha256, cases)
    provenance.end()
    // Last of all: it says that everything else is there.
    replaceDurably(join(folder, 'result.json'), readableJson(result))
    return { status: 'done', folder, result, cases, ran: true, ...(added > 0 && { addedPredictions: added }) }
  } finally {
    networks.dispose()
  }
}

async function keptTraining(
  plan: RunPlan,
  networks: NetworkSet,
  checkpoints: Checkpoints,
  folder: string,
  start: number,
  hooks: RunHooks,
): Promise<Trained> {
  const record = openTrainingRecord(folder, checkpoints, networks, start)
  try {
    return await train(plan, networks, record, start, {
      onProgress: (progress) => hooks.onProgress?.(progress),
      onCheckpoint: (iteration) => hooks.onCheckpoint?.(iteration),
      beforeStep: (step) => hooks.beforeStep?.({ folder, ...step }),
      ...(hooks.signal && { signal: hooks.signal }),
    })
  } finally {
    record.close()
  }
}

async function keptTest(plan: RunPlan, networks: NetworkSet, folder: string, hooks: RunHooks): Promise<CaseResult[] | undefined> {
  const record = openCaseRecord(folder, plan)
  try {
    const cases = await testCases(plan, networks, record.known, record.keep, hooks)
    record.sync()
    return cases
  } finally {
    record.close()
  }
}

/** A finished run with the masks that the plan asks for, where it had gone without. */
async function withPredictions(plan: RunPlan, finished: FinishedRun, sha256: string, hooks: RunHooks): Promise<RunOutcome> {
  const { folder, cases } = finished
  if (missingPredictions(plan).length === 0) return finished
  const networks = storedNetworks(folder, plan.method, plan.settings, sha256)
  try {
    const added = await writeMissingPredictions(plan, networks, folder, cases, hooks)
    if (added === undefined) return { status: 'interrupted', folder, stage: 'test', iteration: plan.settings.iterations }
    return { ...finished, addedPredictions: added }
  } finally {
    networks.dispose()
  }
}

type FinishedRun = Extract<RunOutcome, { status: 'done' }>

function finishedRun(folder: string, sha256: string): FinishedRun | undefined {
  const config = readIfThere(join(folder, 'config.json'))
  if (config === undefined) return undefined
  const stored = (JSON.parse(config) as { sha256: string }).sha256
  if (stored !== sha256) {
    throw dualsegError('DUALSEG_DATA', `run ${folder} belongs to another configuration (${stored}, not ${sha256}); move it away`)
  }
  const text = readIfThere(join(folder, 'result.json'))
  if (text === undefined) return undefined
  const lines = (readIfThere(join(folder, 'cases.jsonl')) ?? '').split('\n').filter((line) => line !== '')
  const cases = lines.map((line) => JSON.parse(line) as CaseResult)
  return { status: 'done', folder, result: JSON.parse(text) as RunResult, cases, ran: false }
}

function checkPlan({ method, without = [], settings, data }: RunPlan): void {
  for (const part of without) {
    if (!(part in method.switches)) {
      const known = Object.keys(method.switches).join(', ') || 'none'
      throw dualsegError('DUALSEG_VALUE', `trainRun: ${method.name} cannot go without '${part}'; its switches: ${known}`)
    }
  }
  if (!Number.isInteger(settings.iterations) || settings.iterations < 1) {
    throw dualsegError('DUALSEG_VALUE', `trainRun: ${settings.iterations} iterations; take a positive whole number`)
  }
  if (method.usesUnlabelled && settings.batch.unlabelled < 1) {
    throw dualsegError('DUALSEG_VALUE', `trainRun: ${method.name} learns from unlabelled samples, but the batch takes none`)
  }
  if (data.testIds.length === 0) throw dualsegError('DUALSEG_VALUE', 'trainRun: there is no test case')
}
