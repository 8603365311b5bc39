import { totalmem } from 'node:os'
import { dualsegError } from '@dualseg/kernels'
import { faultOf, missingPredictions, type RunPlan, type RunProgress, runIdentity, runProgress } from '@dualseg/trainer'
import { type Arm, armTitle } from './arm'
import type { LabelledCount } from './labelled-cases'
import { type Cost, measureCost, testSecondsOf } from './measure-cost'
import { predictStepBytes } from './step-memory'

export interface RunEstimate {
  title: string
  arm: Arm
  labelled: LabelledCount
  fold: number
  seed: number
  folder: string
  state: 'new' | 'begun' | 'done'
  iterations: number
  /** Iterations that are still to be done. */
  iterationsLeft: number
  /** Test cases that are still to be done. */
  casesLeft: number
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

export interface EstimateOptions {
  /** False: nothing is computed, and times are 0. */
  readonly measured: boolean
  readonly signal?: AbortSignal
}

/** What a plan will take, from a few steps and windows of each method, measured on networks that are thrown away. */
export async function estimatePlan(plans: readonly RunPlan[], { measured, signal }: EstimateOptions): Promise<PlanEstimate> {
  const measuredMethods = new Map<string, { cost: Cost; stepBytes?: number }>()
  const runs: RunEstimate[] = []
  const hasSeveralCounts = new Set(plans.map(countOfPlan)).size > 1
  for (const plan of plans) {
    const arm = { method: plan.method.name, without: plan.without ?? [] }
    const labelled = countOfPlan(plan)
    const { folder } = runIdentity(plan)
    const { state, iterations: iterationsDone, cases: casesDone } = progressOf(folder)
    const { iterations } = plan.settings
    const iterationsLeft = state === 'done' ? 0 : iterations - iterationsDone
    const missing = state === 'done' ? missingPredictions(plan) : []
    const predictionsLeft = missing.length
    const idsLeft = state === 'done' ? missing : plan.data.testIds.slice(casesDone)
    let iterationSeconds = 0
    let testSeconds = 0
    let stepBytes: number | undefined
    if (measured && (iterationsLeft > 0 || idsLeft.length > 0)) {
      const known = measuredMethods.get(plan.method.name) ?? (await measure(plan, signal))
      measuredMethods.set(plan.method.name, known)
      iterationSeconds = known.cost.iteration
      testSeconds = await testSecondsOf(plan, idsLeft, known.cost)
      stepBytes = known.stepBytes
    }
    runs.push({
      title: [armTitle(arm), ...(hasSeveralCounts ? [`${labelled} labelled`] : []), `fold ${plan.fold} seed ${plan.seed}`].join(
        ' ',
      ),
      arm,
      labelled,
      fold: plan.fold,
      seed: plan.seed,
      folder,
      state,
      iterations,
      iterationsLeft,
      ...(predictionsLeft > 0 && { predictionsLeft }),
      casesLeft: idsLeft.length,
      seconds: iterationsLeft * iterationSeconds + testSeconds,
      testSeconds,
      ...(stepBytes !== undefined && { stepBytes }),
    })
  }
  return { runs, seconds: runs.reduce((sum, run) => sum + run.seconds, 0) }
}

function countOfPlan({ settings, labelledCases }: RunPlan): LabelledCount {
  return settings.labelledCases === 'all' ? 'all' : labelledCases
}

async function measure(plan: RunPlan, signal: AbortSignal | undefined): Promise<{ cost: Cost; stepBytes?: number }> {
  const stepBytes = await predictStepBytes(plan)
  if (stepBytes !== undefined) expectRoom(plan.method.name, stepBytes)
  const cost = await measureCost(plan, signal)
  return { cost, ...(stepBytes !== undefined && { stepBytes }) }
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
