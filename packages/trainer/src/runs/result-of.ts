import { summarise } from '../prediction/summarise'
import type { CaseResult, ClassScores } from '../prediction/test-plan'
import type { ConfigFile } from './files/config-file'
import type { ResultSummaries, RunResult } from './run-plan'

/** A run's result from what it is and its cases. */
export function resultOf({ config, sha256 }: ConfigFile, cases: readonly CaseResult[]): RunResult {
  const { method, settings, data, fold, seed, labelledCases } = config
  const { classNames, distanceUnit } = settings
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
    ...summariesOf(cases),
    ...(distanceUnit && { distanceUnit }),
    ...(classNames && {
      classes: classNames.map((name, index) => ({ name, ...summariesOf(cases.map(({ classes }) => classes![index]!)) })),
    }),
  }
}

function summariesOf(scores: readonly ClassScores[]): ResultSummaries {
  const of = (measure: 'dice' | 'jaccard' | 'hd95' | 'asd') => summarise(scores.map((one) => one[measure]))
  const emptyReferences = scores.filter(({ emptyReference }) => emptyReference).length
  return {
    emptyPredictions: scores.filter(({ emptyPrediction }) => emptyPrediction).length,
    ...(emptyReferences > 0 && { emptyReferences }),
    ...(scores.length > 0 && { dice: of('dice'), jaccard: of('jaccard'), hd95: of('hd95'), asd: of('asd') }),
  }
}
