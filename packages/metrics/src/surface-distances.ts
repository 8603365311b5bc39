import { binaryPair } from './check-masks.js'
import { checkOptions, MEASURE_OPTIONS } from './check-options.js'
import type { DistanceMeasures } from './definition.js'
import type { EmptyPolicy } from './empty-policy.js'
import { found, metricsError } from './errors.js'
import type { DistanceSummary } from './label-statistics.js'
import type { Mask } from './mask.js'
import { type MeasuredBy, type MeasureOptions, measuredBy } from './measure-options.js'
import { ownBytes, pipelineCall, type RunPipeline } from './pipeline-call.js'
import { scoreDistances } from './score-label.js'

export interface SurfaceDistancesOptions extends MeasureOptions {
  /** What empty masks score. @default 'error' */
  empty?: EmptyPolicy
  /** Also return every single distance. @default false */
  distances?: boolean
}

/** Distances from the surface points of one mask to the nearest surface point of the other. */
export interface DirectedDistances {
  mean: number
  /** 95th percentile: with linear interpolation, or by area under the definition `deepmind`. */
  percentile95: number
  maximum: number
  /** Every distance, x fastest; only if asked for, of length 0 if a mask is empty. */
  distances?: Float64Array
  /** Areas (2-D: lengths) of the points in the order of `distances`; definition `deepmind` only. */
  areas?: Float64Array
}

/**
 * Distances between two surfaces in the unit of `spacing`.
 *
 * Under `medpy` and `monai` the surface is the mask without its erosion by the 6-neighbour cross (4 in 2-D), the edge of the volume
 * counts as background, distances are Euclidean between voxel centres. Under `deepmind` the points are the corners at which voxels
 * inside and outside meet.
 */
export interface SurfaceDistancesResult extends DistanceMeasures, MeasuredBy {
  toReference: DirectedDistances
  toPrediction: DirectedDistances
  /** Points of each surface: voxels, or corners under `deepmind`. */
  surfacePoints: { prediction: number; reference: number }
  emptyPrediction: boolean
  emptyReference: boolean
  /** True if policy `exclude` met an empty mask: leave the case out of the mean. */
  excluded: boolean
  /** Browser only: the worker that did it. */
  webWorker?: Worker
}

/**
 * Distances between the surfaces of two masks.
 *
 * @param prediction mask under test
 * @param reference mask to compare with, of the same size and spacing
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE for masks that cannot be compared or that `options.empty` refuses; DUALSEG_PIPELINE if the
 *   WebAssembly module cannot be loaded or lacks memory
 */
export type SurfaceDistances = (
  prediction: Mask,
  reference: Mask,
  options?: SurfaceDistancesOptions,
) => Promise<SurfaceDistancesResult>

/** Makes `surfaceDistances` for a platform. */
export function surfaceDistancesWith(run: RunPipeline): SurfaceDistances {
  return async (prediction, reference, options = {}) => {
    const where = 'surfaceDistances'
    checkOptions(options, [...MEASURE_OPTIONS, 'distances'], where)
    const { distances = false, empty = 'error' } = options
    if (typeof distances !== 'boolean') {
      throw metricsError('DUALSEG_VALUE', `${where}: distances is ${found(distances)}, expected true or false`)
    }
    const { maps, spacing } = binaryPair(prediction, reference, options.spacing, where)
    const rules = measuredBy(options, empty, spacing, where)
    const own = [ownBytes(maps[0], prediction.data), ownBytes(maps[1], reference.data)] as const
    const call = pipelineCall(own, reference.size, rules, { labels: [1], distances }, where)
    return run(
      call,
      (answer) => {
        const statistics = answer.labels[0]!
        const { measures, substitute, ...scored } = scoreDistances(statistics, reference.size, rules, where)
        const directed = (measured: DistanceSummary | undefined, stream: Float64Array, points: number): DirectedDistances => {
          const value = substitute ?? Number.NaN
          const { mean, percentile95, maximum } = measured ?? { mean: value, percentile95: value, maximum: value }
          if (!distances) return { mean, percentile95, maximum }
          const count = measured ? points : 0
          const areas = rules.definition === 'deepmind' ? { areas: stream.slice(count) } : {}
          return { mean, percentile95, maximum, distances: stream.slice(0, count), ...areas }
        }
        const [predicted, expected] = statistics.surface
        return {
          ...measures,
          toReference: directed(statistics.toReference, answer.toReference, predicted),
          toPrediction: directed(statistics.toPrediction, answer.toPrediction, expected),
          surfacePoints: { prediction: predicted, reference: expected },
          ...scored,
          ...rules,
        }
      },
      options,
    )
  }
}
