import { type DistanceMeasures, distanceMeasures } from './definition.js'
import { type Emptiness, emptyDistance, emptyShare } from './empty-policy.js'
import type { LabelStatistics } from './label-statistics.js'
import type { MeasuredBy } from './measure-options.js'

export interface ScoredDistances extends Emptiness {
  measures: DistanceMeasures
  /** What stands in for every distance if a mask is empty. */
  substitute: number | undefined
  /** True if policy `exclude` met an empty mask: leave the case out of the means of distances. */
  excluded: boolean
}

/**
 * The distances of a label, or what the policy gives where a mask is empty.
 *
 * @throws DUALSEG_VALUE if the policy refuses
 */
export function scoreDistances(
  statistics: LabelStatistics,
  size: readonly number[],
  { definition, empty, spacing, tolerance }: MeasuredBy,
  where: string,
): ScoredDistances {
  const [predicted, expected] = statistics.voxels
  const emptiness = { emptyPrediction: predicted === 0, emptyReference: expected === 0 }
  const substitute = emptyDistance(empty, emptiness, { size, spacing }, where)
  const value = substitute ?? Number.NaN
  const measures = distanceMeasures(statistics, definition) ?? {
    hd: value,
    hd95: value,
    asd: value,
    asdReverse: value,
    assd: value,
    assdOfMeans: value,
    ...(tolerance !== undefined && { nsd: emptyShare(empty, emptiness) }),
  }
  return { measures, substitute, excluded: empty === 'exclude' && substitute !== undefined, ...emptiness }
}
