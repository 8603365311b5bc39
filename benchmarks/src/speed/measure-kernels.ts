import { measureLimits, profileKernels } from '@dualseg/backend-wasm'
import { measureStep } from './measure-step'
import { processorMs } from './one-thread-profile'
import type { Measurement, Reply, Timing } from './request'

/**
 * The kernels of a training step on the open wasm engine, one thread: processor time, products and bytes of each, and what the engine could do at
 * most here. The limits are taken before and after the steps, since what else the machine does only takes away.
 */
export async function measureKernels(
  { step, size, filters }: Measurement & { kind: 'kernels' },
  timing: Timing,
): Promise<Pick<Reply, 'timings' | 'kernels'>> {
  const before = measureLimits(processorMs)
  let finish: ReturnType<typeof profileKernels> | undefined
  let began = 0
  const [timed] = await measureStep(step, size, filters, {
    ...timing,
    onMeasured: () => {
      finish = profileKernels({ now: processorMs })
      began = processorMs()
    },
  })
  const runs = timed!.seconds.length
  const seconds = (processorMs() - began) / 1000 / runs
  const rows = finish!().map(({ name, calls, totalMs, multiplyAdds, bytes }) => ({
    name,
    calls: calls / runs,
    seconds: totalMs / 1000 / runs,
    multiplyAdds: multiplyAdds / runs,
    bytes: bytes / runs,
  }))
  const after = measureLimits(processorMs)
  const limits = {
    multiplyAddsPerSecond: Math.max(before.multiplyAddsPerSecond, after.multiplyAddsPerSecond),
    bytesPerSecond: Math.max(before.bytesPerSecond, after.bytesPerSecond),
  }
  return { timings: [{ item: step, seconds: [seconds] }], kernels: { limits, rows } }
}
