import { join, resolve } from 'node:path'
import { makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { testCases } from '../prediction/test-cases'
import type { CaseResult } from '../prediction/test-plan'
import { createNetworks, type NetworkSet } from '../training/create-networks'
import { type Trained, train } from '../training/train'
import { openCaseRecord } from './case-record'
import { Checkpoints } from './checkpoints/checkpoints'
import { diskError } from './disk/disk-error'
import { faultError } from './disk/fault'
import { type ConfigFile, readConfig, writeConfig } from './files/config-file'
import { expectLogBefore } from './files/log-file'
import { writeResult } from './files/result-file'
import { readFinished } from './finished-run'
import { keepFinishedSplit, keepRunSplit } from './kept-split'
import { clearStaleLock, lockRun } from './lock/run-lock'
import { missingPredictions, writeMissingPredictions } from './predictions'
import { Provenance } from './provenance'
import { resultOf } from './result-of'
import { runIdentity } from './run-identity'
import { keepRunInput } from './run-input'
import type { RunHooks, RunOutcome, RunPlan } from './run-plan'
import { storedNetworks } from './stored-networks'
import { openTrainingRecord } from './training-record'

/**
 * Does one run: trains, tests if there are test cases, and leaves `result.json`, in the folder that belongs to the plan's identity.
 *
 * A run that is finished is returned as it is; one that was begun goes on from its newest whole checkpoint. Killed at any instant and called again,
 * it ends with the same bytes (weights, `cases.jsonl`, `result.json`, and `log.jsonl` but for its `seconds`) as if it had never been.
 *
 * @throws DUALSEG_DISK if its folder cannot be written or the disk is full, DUALSEG_NAN if an optimised term is not finite, DUALSEG_LOCKED if another process works on this run, DUALSEG_DATA with
 *   a `fault` if a file that it needs is damaged, DUALSEG_VALUE for a plan that cannot be run
 */
export async function trainRun(plan: RunPlan, hooks: RunHooks = {}): Promise<RunOutcome> {
  checkPlan(plan)
  const heard: Heard = { onNotice: (notice) => console.warn(notice), ...hooks }
  const { folder: relative, ...identity } = runIdentity(plan)
  const folder = resolve(relative)
  const finished = finishedRun(folder, identity)
  if (finished !== undefined && missingPredictions(plan).length === 0) {
    clearStaleLock(folder)
    keepFinishedSplit(folder, plan, heard.onNotice)
    return finished
  }
  try {
    return await lockedRun(plan, folder, identity, heard)
  } catch (error) {
    throw diskError(error, folder)
  }
}

/** Hooks, of which somebody listens to notices. */
type Heard = RunHooks & Required<Pick<RunHooks, 'onNotice'>>

async function lockedRun(plan: RunPlan, folder: string, identity: ConfigFile, hooks: Heard): Promise<RunOutcome> {
  makeFolder(folder)
  const lock = lockRun(folder)
  try {
    if (readConfig(folder) === undefined) writeConfig(folder, identity)
    // Somebody may have finished it between the first look and the lock.
    const finishedMeanwhile = finishedRun(folder, identity)
    keepRunSplit(folder, plan, hooks.onNotice)
    if (finishedMeanwhile !== undefined) return await withPredictions(plan, finishedMeanwhile, identity.sha256, hooks)
    keepRunInput(folder, plan, hooks.onNotice)
    return await work(plan, folder, identity, hooks)
  } finally {
    lock.release()
  }
}

async function work(plan: RunPlan, folder: string, identity: ConfigFile, hooks: Heard): Promise<RunOutcome> {
  const networks = createNetworks(plan.method, plan.settings, plan.seed)
  try {
    const checkpoints = new Checkpoints(folder, identity.sha256)
    const { start, passedOver } = checkpoints.read(networks, (iteration) => void expectLogBefore(folder, iteration))
    for (const { file, found } of passedOver) {
      hooks.onNotice(`${file}: ${found}; the run goes on from its checkpoint of iteration ${start}, which is whole`)
    }
    const provenance = new Provenance(folder, plan, start, hooks.onNotice)
    hooks.onOpen?.(folder, start)
    const { iterations } = plan.settings
    const { done, copies } = await keptTraining(plan, networks, checkpoints, folder, start, hooks)
    if (copies) provenance.trained(done - start, copies)
    if (done < iterations) return { status: 'interrupted', folder, stage: 'train', iteration: done }
    const cases = await keptTest(plan, networks, folder, hooks)
    // A test that was interrupted may have begun without them.
    const added = cases && (await writeMissingPredictions(plan, networks, folder, cases, hooks))
    if (cases === undefined || added === undefined) return { status: 'interrupted', folder, stage: 'test', iteration: done }
    const result = resultOf(identity, cases)
    provenance.end()
    // Last of all: it says that everything else is there.
    writeResult(folder, result)
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
  hooks: Heard,
): Promise<Trained> {
  // Also where all is trained: what lies behind the last line of its log is cut off.
  const record = openTrainingRecord(folder, checkpoints, networks, start, hooks.onNotice)
  try {
    if (start === plan.settings.iterations) return { done: start }
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

async function keptTest(plan: RunPlan, networks: NetworkSet, folder: string, hooks: Heard): Promise<CaseResult[] | undefined> {
  const record = openCaseRecord(folder, plan, hooks.onNotice)
  try {
    const cases = await testCases(plan, networks, record.known, record.keep, hooks)
    record.sync()
    return cases
  } finally {
    record.close()
  }
}

/** A finished run with the masks that the plan asks for, where it had gone without. */
async function withPredictions(plan: RunPlan, finished: Finished, sha256: string, hooks: RunHooks): Promise<RunOutcome> {
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

type Finished = Extract<RunOutcome, { status: 'done' }>

/** The outcome of a run that is finished; undefined if it is not, or its configuration is not written yet. */
function finishedRun(folder: string, { sha256 }: ConfigFile): Finished | undefined {
  const stored = readConfig(folder)
  if (stored === undefined) return undefined
  if (stored.sha256 !== sha256) {
    const found = `it is of another configuration (${stored.sha256}, not ${sha256})`
    throw faultError({
      file: join(folder, 'config.json'),
      found,
      remedy: 'move the folder away, or give another one for your runs',
    })
  }
  const run = readFinished(folder)
  return run && { status: 'done', folder, result: run.result, cases: run.cases, ran: false }
}

function checkPlan({ method, without = [], settings }: RunPlan): void {
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
}
