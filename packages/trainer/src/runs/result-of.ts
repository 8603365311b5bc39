import { summarise } from '../prediction/summarise'
import type { CaseResult } from '../prediction/test-plan'
import type { ConfigFile } from './files/config-file'
import type { RunResult } from './run-plan'

/** A run's result from what it is and its cases. */
export function resultOf({ config, sha256 }: ConfigFile, cases: readonly CaseResult[]): RunResult {
  const { method, settings, data, fold, seed, labelledCases } = config
  const of = (measure: 'dice' | 'jaccard' | 'hd95' | 'asd') => summarise(cases.map((one) => one[measure]))
  return {
    configSha256: sha256,
    dataset: data.dataset,
    method: method.name,
    without: method.without,
    profile: settings.profile,
    protocol: settings.protocol,
    fold,
    seed,
    labelledCases,
    iterations: settings.iterations,
    cases: cases.length,
    emptyPredictions: cases.filter(({ emptyPrediction }) => emptyPrediction).length,
    dice: of('dice'),
    jaccard: of('jaccard'),
    hd95: of('hd95'),
    asd: of('asd'),
  }
}
