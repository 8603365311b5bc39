import type { CaseResult, RunPlan, RunResult, Summary } from './run-plan'

/** Mean, standard deviation (n - 1), median and range of at least one value. */
export function summarise(values: readonly number[]): Summary {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const sorted = [...values].sort((a, b) => a - b)
  const median = n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, median, min: sorted[0]!, max: sorted[n - 1]! }
}

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
