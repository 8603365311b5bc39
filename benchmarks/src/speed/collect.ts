import { max, mean, median, min } from 'simple-statistics'
import { directOperations } from './convolution-shapes'
import type { Measurement, Pass, Reply } from './request'

/** One figure of one subject. */
export interface SpeedResult {
  readonly kind: 'convolution' | 'step' | 'kernels' | 'inference' | 'harness'
  /** The step's patch, the convolutions' finest level, or the profile of the sliding window or run. */
  readonly size: string
  readonly item: string
  readonly pass?: Pass
  readonly subject: string
  /** Median over the processes of each one's median. */
  readonly seconds: number
  /** Fastest and slowest process. */
  readonly range: readonly [number, number]
  readonly processes: number
  readonly runs: number
  /** Of a step in a run: the same without the run, in the same processes. */
  readonly bareSeconds?: number
  /** For one crop of the run's batches, mean over as many as were timed. */
  readonly cropSeconds?: number
  /** 1e9 operations a second, counted as direct convolution. */
  readonly gflops?: number
  /** Of a step on one thread, in the fastest process; `seconds` is processor time then. */
  readonly kernels?: NonNullable<Reply['kernels']>
  /** Median over the processes; of the whole process that measured this, for convolutions all of one size. */
  readonly peakBytes: number
}

/** Joins the answers of one subject's processes to one measurement. */
export function collect(
  measurement: Exclude<Measurement, { kind: 'probe' }>,
  subject: string,
  replies: readonly Reply[],
): SpeedResult[] {
  const size = sizeOf(measurement)
  const peakBytes = median(replies.map((reply) => reply.peakBytes))
  const fastest = replies.reduce((best, one) => (min(one.timings[0]!.seconds) < min(best.timings[0]!.seconds) ? one : best))
  return replies[0]!.timings.map(({ item, pass }, at) => {
    const all = replies.map((reply) => reply.timings[at]!.seconds)
    const bare = replies.flatMap((reply) => (reply.timings[at]!.bareSeconds ? [median(reply.timings[at]!.bareSeconds!)] : []))
    const crops = replies.flatMap((reply) => (reply.timings[at]!.cropSeconds ? [mean(reply.timings[at]!.cropSeconds!)] : []))
    const medians = all.map((seconds) => median(seconds))
    // Its rows are shares of its own step.
    const seconds = fastest.kernels ? min(medians) : median(medians)
    const shape = measurement.kind === 'convolution' ? measurement.shapes.find(({ name }) => name === item) : undefined
    return {
      kind: measurement.kind,
      size,
      item,
      ...(pass !== undefined && { pass }),
      subject,
      seconds,
      range: [min(medians), max(medians)] as const,
      processes: replies.length,
      runs: all.flat().length,
      ...(bare.length > 0 && { bareSeconds: median(bare) }),
      ...(crops.length > 0 && { cropSeconds: median(crops) }),
      ...(shape && { gflops: directOperations(shape) / seconds / 1e9 }),
      ...(fastest.kernels && { kernels: fastest.kernels }),
      peakBytes,
    }
  })
}

function sizeOf(measurement: Exclude<Measurement, { kind: 'probe' }>): string {
  if (measurement.kind === 'inference') return measurement.profile
  return measurement.kind === 'harness' ? measurement.profile.name : measurement.size.join('x')
}

/** How many times as fast `ours` is as `peer`, and what share of its peak memory it takes. */
export interface Ratio {
  readonly speed: number
  readonly memory: number
}

/** The same figure of two subjects, compared. */
export function ratio(ours: SpeedResult, peer: SpeedResult): Ratio {
  return { speed: peer.seconds / ours.seconds, memory: ours.peakBytes / peer.peakBytes }
}
