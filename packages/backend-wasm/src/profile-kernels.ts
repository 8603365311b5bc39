import type { KernelFunc } from '@tensorflow/tfjs-core'

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
 * A composite that runs other kernels is counted with them, and they again by themselves.
 */
export function profileKernels(): () => KernelProfile[] {
  const mine = new Map<string, Total>()
  totals = mine
  return () => {
    if (totals === mine) totals = null
    return [...mine].map(([name, total]) => ({ name, ...total })).sort((a, b) => b.totalMs - a.totalMs)
  }
}

/** A kernel function that is counted while somebody profiles. */
export function timed(name: string, kernelFunc: KernelFunc): KernelFunc {
  return (call) => {
    const into = totals
    if (!into) return kernelFunc(call)
    const start = performance.now()
    try {
      return kernelFunc(call)
    } finally {
      const total = into.get(name) ?? { calls: 0, totalMs: 0 }
      total.calls++
      total.totalMs += performance.now() - start
      into.set(name, total)
    }
  }
}
