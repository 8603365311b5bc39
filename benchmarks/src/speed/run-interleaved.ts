import type { Job } from '../command-line/progress'
import { collect, type SpeedResult } from './collect'
import type { Measurement, Reply, Timing } from './request'
import { describeMeasurement, type Subject } from './subject'

export interface InterleavedOptions {
  /** Processes of each subject for each measurement. */
  readonly repeats: number
  readonly threads: number
  readonly timing: Timing
  readonly signal?: AbortSignal
}

/** What could not be measured, and why. */
export interface SpeedFailure {
  readonly measurement: string
  readonly subject: string
  readonly message: string
}

/** The peer has no harness of ours; only the wasm engine counts what its kernels do. */
export function canAnswer({ name, role }: Pick<Subject, 'name' | 'role'>, { kind }: Pick<Measurement, 'kind'>): boolean {
  if (kind === 'kernels') return role === 'engine' && name === 'wasm'
  return kind !== 'harness' || role === 'engine'
}

/**
 * One job a measurement: its subjects take turns (A B C A B C …), each in a process of its own, so that what else the machine does meets
 * all of them alike. A subject that fails is left out of the rest of that measurement.
 */
export function interleavedJobs(
  measurements: readonly Measurement[],
  subjects: readonly Subject[],
  { repeats, threads, timing, signal }: InterleavedOptions,
  into: { readonly results: SpeedResult[]; readonly failures: SpeedFailure[] },
): Job[] {
  return measurements.map((measurement) => ({
    title: describeMeasurement(measurement),
    run: async (report) => {
      const asked = subjects.filter((subject) => canAnswer(subject, measurement))
      const replies = new Map<Subject, Reply[]>(asked.map((subject) => [subject, []]))
      for (let turn = 0; turn < repeats; turn++) {
        for (const subject of [...replies.keys()]) {
          if (signal?.aborted) return 'not done'
          report(`${subject.name}, ${turn + 1} of ${repeats}`)
          try {
            const reply = await subject.measure(
              { ...measurement, threads: measurement.kind === 'kernels' ? 1 : threads, timing },
              signal && { signal },
            )
            replies.get(subject)!.push(reply)
          } catch (error) {
            if (signal?.aborted) return 'not done'
            replies.delete(subject)
            const { message } = error as Error
            into.failures.push({ measurement: describeMeasurement(measurement), subject: subject.name, message })
          }
        }
      }
      if (measurement.kind !== 'probe') {
        for (const [subject, all] of replies) into.results.push(...collect(measurement, subject.name, all))
      }
      const failed = asked.length - replies.size
      return failed === 0 ? undefined : `${failed} failed`
    },
  }))
}
