/** What one kernel cost since profiling began. */
export interface KernelProfile {
  readonly name: string
  readonly calls: number
  readonly totalMs: number
  /** Products that were added up, as far as the engine counts them. */
  readonly multiplyAdds: number
  /** Of the tensors that its calls took and gave, each once; 0 for an engine's own functions. */
  readonly bytes: number
}

type Total = { -readonly [K in Exclude<keyof KernelProfile, 'name'>]: number }

let totals: Map<string, Total> | null = null
/** Counted since the process began, by whoever is timed. */
let multiplyAdds = 0
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

/**
 * Runs a kernel, counted under its name while somebody profiles.
 *
 * @param bytesOf what the call took and gave; asked only then
 */
export function timed<T>(name: string, run: () => T, bytesOf?: (result: T) => number): T {
  const into = totals
  if (!into) return run()
  const total = into.get(name) ?? { calls: 0, totalMs: 0, multiplyAdds: 0, bytes: 0 }
  into.set(name, total)
  const counted = multiplyAdds
  const start = now()
  try {
    const result = run()
    total.bytes += bytesOf?.(result) ?? 0
    return result
  } finally {
    total.calls++
    total.totalMs += now() - start
    total.multiplyAdds += multiplyAdds - counted
  }
}

/** Counts products that are added up by what is being timed. */
export function countMultiplyAdds(count: number): void {
  multiplyAdds += count
}

/** Runs a WebAssembly function, counted if functions are. */
export function timedFunction(name: string, run: () => void): void {
  if (totals && countsFunctions) timed(`wasm:${name}`, run)
  else run()
}
