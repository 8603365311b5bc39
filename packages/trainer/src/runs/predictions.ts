import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LabelClass, labelValues, ONE_FOREGROUND } from '@dualseg/data'
import { writeNifti } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { TestedCase } from '../prediction/test-case'
import { testCases } from '../prediction/test-cases'
import type { CaseResult } from '../prediction/test-plan'
import type { NetworkSet } from '../training/create-networks'
import { describeRun } from './describe-run'
import { canonicalJson } from './disk/canonical-json'
import { runIdentity } from './run-identity'
import type { RunHooks, RunPlan } from './run-plan'

/** Test cases whose mask the plan asks for and its run's folder lacks. */
export function missingPredictions(plan: RunPlan): string[] {
  if (!plan.savePredictions) return []
  const { folder } = runIdentity(plan)
  return plan.data.testIds.filter((id) => !existsSync(predictionPath(folder, id)))
}

/** Writes a case's mask as `predictions/<case>.nii.gz`, on the original grid and with the values that the data set's labels have. */
export function writePrediction(
  folder: string,
  { result, prediction }: TestedCase,
  classes: readonly LabelClass[] = ONE_FOREGROUND,
): Promise<void> {
  const mask = { ...prediction, data: labelValues(prediction.data, classes) }
  return writeNifti(predictionPath(folder, result.id), mask, { description: describeRun(folder) })
}

/**
 * Writes the masks that are asked for and not there, of cases that are tested already: the same bytes as the test would have written.
 *
 * @param networks with the run's final weights
 * @param cases the run's results, which every mask must have again
 * @returns how many were written, or undefined if it was aborted
 * @throws DUALSEG_DATA if a case scores otherwise than it did: its mask would not be the one that was scored
 */
export async function writeMissingPredictions(
  plan: RunPlan,
  networks: NetworkSet,
  folder: string,
  cases: readonly CaseResult[],
  hooks: RunHooks,
): Promise<number | undefined> {
  const missing = missingPredictions(plan)
  const known = new Map(cases.map((one) => [one.id, one]))
  const keep = async (tested: TestedCase) => {
    const { id, dice } = tested.result
    const before = known.get(id)
    if (before === undefined || canonicalJson(before) !== canonicalJson(tested.result)) {
      throw dualsegError(
        'DUALSEG_DATA',
        `run ${folder}: case ${id} has Dice ${dice} with the weights that are stored, cases.jsonl says ${before?.dice ?? 'nothing'}; its mask is not written, for it is not the one that was scored. Weights, volumes or library have changed since; repeat the run elsewhere, or segment the case with \`bench predict\``,
      )
    }
    await writePrediction(folder, tested, plan.classes)
  }
  const tested = await testCases({ ...plan, data: { ...plan.data, testIds: missing } }, networks, [], keep, hooks)
  return tested && missing.length
}

function predictionPath(folder: string, id: string): string {
  return join(folder, 'predictions', `${id}.nii.gz`)
}
