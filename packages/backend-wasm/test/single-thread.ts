import { compileKernels } from '../src/kernels-module'
import type { Launch } from '../src/launch'

type RangeFunction = (...args: number[]) => void

/** Runs launches on one thread, with an allocator that never frees. Ranges are split unevenly, as threads would, and scratch is filled with NaN before every call. */
export class SingleThread {
  readonly #memory = new WebAssembly.Memory({ initial: 2048, maximum: 65536 })
  readonly #exports: Record<string, RangeFunction>
  readonly #start: number
  #top: number

  constructor() {
    const { exports } = new WebAssembly.Instance(compileKernels({ shared: false }), { env: { memory: this.#memory } })
    this.#exports = exports as Record<string, RangeFunction>
    this.#start = (exports.heapBase as () => number)() + 1024
    this.#top = this.#start
  }

  /** A tensor filled with NaN, or with `values`. */
  tensor(length: number, values?: ArrayLike<number>): { pointer: number; values: Float32Array } {
    const pointer = this.#take(length * 4)
    const view = new Float32Array(this.#memory.buffer, pointer, length)
    if (values) view.set(values)
    return { pointer, values: view }
  }

  workspace(bytes: number): number {
    return this.#take(bytes)
  }

  /** Forgets all tensors. */
  reset(): void {
    this.#top = this.#start
  }

  run({ phases, scratchBytesPerThread }: Launch, parts: number): void {
    const scratch = this.#take(scratchBytesPerThread)
    for (const { fn, args, tasks } of phases) {
      const call = this.#exports[fn]
      if (!call) throw new Error(`no kernel ${fn}`)
      for (let part = 0; part < parts; part++) {
        const begin = Math.floor((tasks * part) / parts)
        const end = Math.floor((tasks * (part + 1)) / parts)
        new Float32Array(this.#memory.buffer, scratch, scratchBytesPerThread >> 2).fill(Number.NaN)
        if (begin < end) call(...args, begin, end, 0, scratch)
      }
    }
    const guard = new Uint32Array(this.#memory.buffer, this.#top - 64, 16)
    if (!guard.every((word) => word === GUARD)) throw new Error('a kernel wrote past its scratch')
  }

  /** 64 guarded bytes follow every block. */
  #take(bytes: number): number {
    const pointer = this.#top
    const size = Math.ceil(bytes / 64) * 64
    this.#top += size + 64
    const missing = this.#top + 65536 - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536))
    new Float32Array(this.#memory.buffer, pointer, size >> 2).fill(Number.NaN)
    new Uint32Array(this.#memory.buffer, pointer + size, 16).fill(GUARD)
    return pointer
  }
}

const GUARD = 0x7fc0_dead
