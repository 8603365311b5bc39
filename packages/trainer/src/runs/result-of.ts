import { summarise } from '../prediction/summarise'
import type { CaseResult } from '../prediction/test-plan'
import type { RunPlan, RunResult } from './run-plan'

/** A run's result from its cases. */
export function resultOf(plan: RunPlan, configSha256: string, cases: readonly CaseResult[]): RunResult {
  const of = (measure: 'dice' | 'jaccard' | 'hd95' | 'asd') => summarise(cases.map((one) => one[measure]))
  return {
    configSha256,
    dataset: plan.dataIdentity.dataset,
    method: plan.method.name,
    without: [...(plan.without ?? [])].sort(),
    profile: plan.settings.profile,
    protocol: plan.settings.protocol,
    fold: plan.fold,
    seed: plan.seed,
    labelledCases: plan.labelledCases,
    iterations: plan.settings.iterations,
    cases: cases.length,
    emptyPredictions: cases.filter(({ emptyPrediction }) => emptyPrediction).length,
    dice: of('dice'),
    jaccard: of('jaccard'),
    hd95: of('hd95'),
    asd: of('asd'),
  }
}
