import type { Timing } from './request'

/** Runs until both the time and the least number of runs are reached, first unmeasured, then measured. Seconds of each measured run. */
export async function timedRuns(run: () => Promise<void>, timing: Timing): Promise<number[]> {
  let began = performance.now()
  let runs = 0
  while (runs < 1 || (since(began) < timing.warmUpSeconds && runs < timing.maxRuns)) {
    await run()
    runs++
  }
  const seconds: number[] = []
  timing.onMeasured?.()
  began = performance.now()
  while (seconds.length < 1 || (since(began) < timing.seconds && seconds.length < timing.maxRuns)) {
    const start = performance.now()
    await run()
    seconds.push(since(start))
  }
  return seconds
}

function since(start: number): number {
  return (performance.now() - start) / 1000
}
