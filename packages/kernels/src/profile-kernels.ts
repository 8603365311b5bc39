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
let now = (): number => performance.now()
let countsFunctions = false

export interface ProfileOptions {
  /** Milliseconds from any start. On a busy machine take processor time of a one-thread engine. @default performance.now */
  readonly now?: () => number
  /** Counts an engine's own functions that the kernels run as well, as `wasm:name`. @default false */
  readonly functions?: boolean
}

/**
 * Counts the time of every kernel of the engine until the returned function is called, which gives the kernels in order of their time.
 * Kernels that the cpu backend computes carry a mark behind their names: a frequent or slow one of those is worth a kernel of its own.
 */
export function profileKernels(options: ProfileOptions = {}): () => KernelProfile[] {
  now = options.now ?? (() => performance.now())
  countsFunctions = options.functions ?? false
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
  const start = now()
  try {
    return run()
  } finally {
    const total = into.get(name) ?? { calls: 0, totalMs: 0 }
    total.calls++
    total.totalMs += now() - start
    into.set(name, total)
  }
}

/** Runs a WebAssembly function, counted if functions are. */
export function timedFunction(name: string, run: () => void): void {
  if (totals && countsFunctions) timed(`wasm:${name}`, run)
  else run()
}
