import { dualsegError } from '@dualseg/kernels'
import { countMultiplyAdds, timedFunction } from '@dualseg/kernels/engine'
import type { Launch } from '../launch'
import type { WasmHeap } from '../memory/wasm-heap'
import * as block from './control-block'
import { spawnWorker, type WorkerHandle } from './spawn-worker'

/** A kernel: its own arguments, then the range of tasks, the thread's number and the thread's scratch memory. */
export type RangeFunction = (...args: number[]) => void

export interface JobOptions {
  /** Scratch memory of one thread, bytes; 64-byte aligned, contents undefined. @default 0 */
  scratchBytes?: number
  /** Products that the job adds up, for profiles. @default 0 */
  multiplyAdds?: number
}

/**
 * A job is cut into this many shares a thread, taken one after another by whoever is free: threads that another program slows down
 * then do less. Fewer would wait longer for the slowest, more would start more ranges.
 */
const SHARES_PER_THREAD = 4

/**
 * Idle threads look for work this long before they sleep: longer than the gap between two kernels of a training step,
 * short enough that a paused program costs nothing.
 */
const SPIN_MS = 0.3
/** A job without progress for this long has lost its worker: no kernel of a share takes minutes. */
const STUCK_MS = 180_000

/**
 * Runs range functions of one WebAssembly module on the calling thread and on workers, over one shared memory.
 * Who does which task is left to chance: range functions give the same bits for every split (see assembly/README.md).
 */
export class ThreadPool {
  readonly threads: number
  readonly #heap: WasmHeap
  readonly #functions: RangeFunction[]
  readonly #indexOf = new Map<string, number>()
  readonly #workers: WorkerHandle[] = []
  readonly #controlByte: number
  readonly #control: Int32Array
  readonly #values: Float64Array
  readonly #canBlock: boolean
  #alive = 0
  #job = 0
  #scratch = 0
  #scratchBytes = 0

  private constructor(heap: WasmHeap, exported: WebAssembly.Exports, threads: number) {
    this.#heap = heap
    this.threads = threads
    // The workers sort the same names of the same module: an index names a function in every thread.
    const names = Object.keys(exported)
      .filter((name) => typeof exported[name] === 'function')
      .sort()
    this.#functions = names.map((name) => exported[name] as RangeFunction)
    names.forEach((name, index) => {
      this.#indexOf.set(name, index)
    })
    this.#controlByte = heap.allocate(block.CONTROL_BYTES, 'the thread pool')
    heap.uint8(this.#controlByte, block.CONTROL_BYTES).fill(0)
    this.#control = heap.int32(this.#controlByte, block.CONTROL_BYTES / 4)
    this.#values = heap.float64(this.#controlByte + block.ARGUMENTS_BYTE, block.MAXIMUM_ARGUMENTS)
    this.#canBlock = heap.isShared && mayBlock(this.#control)
  }

  /**
   * @param threads including the caller; more than one needs a shared memory
   * @param notes receives a line for each thing that is less than asked for
   */
  static async open(
    heap: WasmHeap,
    module: WebAssembly.Module,
    exported: WebAssembly.Exports,
    threads: number,
    notes: string[],
  ): Promise<ThreadPool> {
    const wanted = heap.isShared ? Math.max(1, Math.min(threads, block.MAXIMUM_SHARES)) : 1
    const workers: WorkerHandle[] = []
    const pool = new ThreadPool(heap, exported, wanted)
    const start = { module, memory: heap.memory, controlByte: pool.#controlByte, spinMs: SPIN_MS }
    const started = await Promise.allSettled(
      Array.from({ length: wanted - 1 }, (_, worker) =>
        spawnWorker({ ...start, thread: worker + 1 }, () => {
          pool.#alive--
        }),
      ),
    )
    for (const result of started) {
      if (result.status === 'fulfilled') workers.push(result.value)
      else notes.push(`a worker thread did not start: ${(result.reason as Error).message}`)
    }
    pool.#workers.push(...workers)
    pool.#alive += workers.length
    return pool
  }

  /** Workers that are there to help; the results do not depend on it. */
  get aliveWorkers(): number {
    return this.#alive
  }

  has(name: string): boolean {
    return this.#indexOf.has(name)
  }

  /**
   * Runs `name(...args, begin, end, thread, scratch)` over all tasks and returns when all are done.
   *
   * @param name an exported function of the module
   * @param args its own arguments: addresses and numbers
   * @param tasks how many tasks there are; 0 does nothing
   */
  run(name: string, args: readonly number[], tasks: number, options: JobOptions = {}): void {
    if (tasks === 0) return
    timedFunction(name, () => {
      countMultiplyAdds(options.multiplyAdds ?? 0)
      this.#run(name, args, tasks, options)
    })
  }

  /** Runs a launch's phases one after another. */
  launch({ phases, scratchBytesPerThread }: Launch): void {
    for (const { fn, args, tasks, multiplyAdds = 0 } of phases)
      this.run(fn, args, tasks, { scratchBytes: scratchBytesPerThread, multiplyAdds })
  }

  /** Kills the workers as an accident would: the pool is not told. For tests. */
  terminateWorkers(): void {
    for (const worker of this.#workers) worker.terminate()
  }

  /** Ends the workers. Jobs still run, on the calling thread alone. */
  close(): void {
    if (this.#workers.length === 0) return
    Atomics.store(this.#control, block.TICKET, block.STOP)
    Atomics.notify(this.#control, block.TICKET)
    for (const worker of this.#workers.splice(0)) worker.terminate()
    this.#alive = 0
  }

  #run(name: string, args: readonly number[], tasks: number, options: JobOptions): void {
    const index = this.#indexOf.get(name)
    if (index === undefined) throw new Error(`wasm engine: the module has no function «${name}»`)
    const f = this.#functions[index]!
    const stride = Math.ceil((options.scratchBytes ?? 0) / 64) * 64
    const shares = Math.min(tasks, this.threads * SHARES_PER_THREAD, block.MAXIMUM_SHARES)
    const scratch = this.#reserveScratch(stride * this.threads)
    if (shares === 1 || this.#workers.length === 0) {
      f(...args, 0, tasks, 0, scratch)
      return
    }
    this.#publish(index, args, tasks, scratch, stride, shares)
    try {
      this.#takePart(f, args, tasks, scratch, shares)
    } catch (cause) {
      Atomics.store(this.#control, block.FAILED, 1)
      this.#finish(name, shares, cause)
    }
    this.#finish(name, shares)
  }

  #publish(index: number, args: readonly number[], tasks: number, scratch: number, stride: number, shares: number): void {
    if (args.length > block.MAXIMUM_ARGUMENTS) throw new RangeError(`wasm engine: ${args.length} arguments are too many`)
    const control = this.#control
    control[block.FUNCTION] = index
    control[block.ARGUMENT_COUNT] = args.length
    control[block.TASKS] = tasks
    control[block.SCRATCH] = scratch
    control[block.SCRATCH_STRIDE] = stride
    this.#values.set(args)
    Atomics.store(control, block.DONE, 0)
    this.#job = (this.#job + 1) & block.JOB_MASK
    Atomics.store(control, block.TICKET, (this.#job << (2 * block.SHARE_BITS)) | (shares << block.SHARE_BITS))
    if (Atomics.load(control, block.SLEEPERS) > 0) Atomics.notify(control, block.TICKET)
  }

  #takePart(f: RangeFunction, args: readonly number[], tasks: number, scratch: number, shares: number): void {
    const control = this.#control
    for (;;) {
      const ticket = Atomics.load(control, block.TICKET)
      const share = ticket & block.MAXIMUM_SHARES
      if (share >= shares) return
      if (Atomics.compareExchange(control, block.TICKET, ticket, ticket + 1) !== ticket) continue
      try {
        f(...args, Math.floor((tasks * share) / shares), Math.floor((tasks * (share + 1)) / shares), 0, scratch)
      } finally {
        Atomics.add(control, block.DONE, 1)
      }
    }
  }

  /** Waits for the shares that workers have taken. */
  #finish(name: string, shares: number, cause?: unknown): void {
    const control = this.#control
    if (cause !== undefined) {
      // What nobody took yet must not be taken any more: count it as done.
      for (;;) {
        const ticket = Atomics.load(control, block.TICKET)
        const taken = ticket & block.MAXIMUM_SHARES
        if (taken >= shares) break
        if (Atomics.compareExchange(control, block.TICKET, ticket, ticket + shares - taken) === ticket) {
          Atomics.add(control, block.DONE, shares - taken)
          break
        }
      }
    }
    this.#waitForDone(name, shares)
    if (Atomics.exchange(control, block.FAILED, 0) === 1) {
      throw new Error(`wasm engine: the kernel «${name}» failed`, { cause })
    }
  }

  #waitForDone(name: string, shares: number): void {
    const control = this.#control
    const start = performance.now()
    for (;;) {
      for (let i = 0; i < 200; i++) if (Atomics.load(control, block.DONE) === shares) return
      const waited = performance.now() - start
      if (waited > STUCK_MS) throw dualsegError('DUALSEG_ENGINE', `wasm engine: a worker thread stopped inside «${name}»`)
      if (waited < SPIN_MS || !this.#canBlock) continue
      Atomics.store(control, block.WAITING, 1)
      const done = Atomics.load(control, block.DONE)
      if (done !== shares) Atomics.wait(control, block.DONE, done, 1000)
      Atomics.store(control, block.WAITING, 0)
    }
  }

  #reserveScratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      if (this.#scratch) this.#heap.release(this.#scratch)
      this.#scratch = 0
      this.#scratchBytes = 0
      this.#scratch = this.#heap.allocate(bytes, 'scratch memory')
      this.#scratchBytes = bytes
    }
    return this.#scratch
  }
}

/** A browser's main thread may not wait; Node's may. */
function mayBlock(control: Int32Array): boolean {
  try {
    Atomics.wait(control, block.WAITING, 1, 0)
    return true
  } catch {
    return false
  }
}
