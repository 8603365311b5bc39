import { splitFold } from '@dualseg/data'
import type { CaseStore, Dataset } from '@dualseg/data/node'
import { batchRequest, type RunPlan, storeData } from '@dualseg/trainer'
import { casesOf } from '../grid/plan-grid'
import type { Timing } from './request'
import { timedRuns } from './timed-runs'

/** Seconds that a thread needs for one crop of a run, augmented as the run has it: mean over each batch. In a run that thread works beside the step. */
export async function measureCrops(
  { method, settings, seed, fold, labelledCases }: RunPlan,
  { folds }: Dataset,
  store: CaseStore,
  timing: Timing,
): Promise<number[]> {
  const split = casesOf(method, splitFold(folds, fold, labelledCases))
  const { batch } = settings
  const batches = await storeData(store, split, { worker: false }).openBatches(
    batchRequest(settings, seed, { start: 0, end: settings.iterations }),
  )
  let iteration = 0
  const seconds = await timedRuns(async () => {
    await batches.next(iteration++)
  }, timing)
  await batches.close()
  return seconds.map((one) => one / (batch.labelled + batch.unlabelled))
}
