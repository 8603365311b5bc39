/** What one kernel cost since profiling began. */
export interface KernelProfile {
  readonly name: string
  readonly calls: number
  readonly totalMs: number
}

interface Total {
  calls: number
  totalMs: number
}

let totals: Map<string, Total> | null = null

/**
 * Counts the time of every kernel of the engine until the returned function is called, which gives the kernels in order of their time.
 * Kernels of the cpu backend carry ` (cpu)` behind their names: a frequent or slow one of those is worth a kernel of its own.
 */
export function profileKernels(): () => KernelProfile[] {
  const mine = new Map<string, Total>()
  totals = mine
  return () => {
    if (totals === mine) totals = null
    return [...mine].map(([name, total]) => ({ name, ...total })).sort((a, b) => b.totalMs - a.totalMs)
  }
}

/** Runs a kernel, counted under its name while somebody profiles. */
export function timed<T>(name: string, run: () => T): T {
  const into = totals
  if (!into) return run()
  const start = performance.now()
  try {
    return run()
  } finally {
    const total = into.get(name) ?? { calls: 0, totalMs: 0 }
    total.calls++
    total.totalMs += performance.now() - start
    into.set(name, total)
  }
}
