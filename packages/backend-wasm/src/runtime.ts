import { type KernelsBinary, kernelsBytes } from './kernels-module'
import { Parking } from './memory/parking'
import { createMemory, WasmHeap } from './memory/wasm-heap'
import { compilePacked } from './packing/compile-packed'
import { hasFusedMultiplyAdd } from './relaxed-simd'
import { ThreadPool } from './threads/thread-pool'

/** The module's memory import asks for this much. */
const INITIAL_PAGES = 64

/** One instance of the kernels: memory, allocator, threads. */
export interface Runtime {
  readonly heap: WasmHeap
  readonly pool: ThreadPool
  readonly parking: Parking
  /** Whether the kernels use fused multiply-adds. */
  readonly isRelaxed: boolean
  /** Whether V8 was asked to pack the kernels into 256-bit instructions. */
  readonly isPacked: boolean
  /** What is less than asked for, a line each. */
  readonly notes: readonly string[]
}

/**
 * Compiles the kernels and starts the threads.
 *
 * @param options.threads including the calling one
 * @param options.maximumBytes of WebAssembly memory; 4 GB by default
 * @param options.shared false keeps the memory unshared, and the threads at one, even where sharing is possible
 * @param options.relaxedSimd true takes the kernels with fused multiply-adds where they run; @default false
 * @param options.packed true has V8 pack them; only where `packingSupport` says that it can; @default false
 */
export async function openRuntime(options: {
  threads: number
  shared?: boolean
  maximumBytes?: number
  relaxedSimd?: boolean
  packed?: boolean
}): Promise<Runtime> {
  const notes: string[] = []
  const shared = (options.shared ?? true) && canShareMemory()
  if (!shared && options.threads > 1) {
    notes.push(
      'one thread: this page or process has no shared memory (a page needs cross-origin isolation: COOP and COEP headers)',
    )
  }
  const isRelaxed = (options.relaxedSimd ?? false) && hasFusedMultiplyAdd()
  const isPacked = options.packed ?? false
  const binary = await kernelsOf(isRelaxed, isPacked)
  const bytes = kernelsBytes({ shared, ...(binary && { binary }) })
  const module = isPacked ? await compilePacked(bytes) : new WebAssembly.Module(bytes)
  const { memory, maximumPages } = createMemory(INITIAL_PAGES, shared, options.maximumBytes)
  if (maximumPages < 65536 && options.maximumBytes === undefined)
    notes.push(`the runtime gives at most ${maximumPages / 16384} GB of memory`)
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const heap = new WasmHeap(memory, { maximumPages, reservedBytes: (exports.heapBase as () => number)() })
  const pool = await ThreadPool.open(heap, module, exports, shared ? options.threads : 1, notes)
  const parking = new Parking()
  heap.makeRoom = () => parking.makeRoom()
  heap.parkedBytes = () => parking.parkedBytes
  return { heap, pool, parking, isRelaxed, isPacked, notes }
}

/** Loaded apart: nobody needs more than one. Undefined: those that are always there. */
async function kernelsOf(isRelaxed: boolean, isPacked: boolean): Promise<KernelsBinary | undefined> {
  if (isPacked) return isRelaxed ? import('./kernels-relaxed-wide.generated') : import('./kernels-wide.generated')
  return isRelaxed ? import('./kernels-relaxed.generated') : undefined
}

/** Whether a memory can be shared with workers here: a page without cross-origin isolation has the type but cannot post it. */
function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated
  if (isolated === false) return false
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    return true
  } catch {
    return false
  }
}

/** How many threads this machine can run at once. */
export async function availableThreads(): Promise<number> {
  const fromNavigator = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency
  if (typeof process === 'object' && process.versions?.node) {
    const moduleName = 'node:os'
    const os = (await import(/* @vite-ignore */ /* webpackIgnore: true */ moduleName)) as typeof import('node:os')
    return os.availableParallelism()
  }
  return fromNavigator ?? 1
}
