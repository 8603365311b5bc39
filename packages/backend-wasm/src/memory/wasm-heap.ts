import { dualsegError } from '@dualseg/kernels'
import { Allocator, type AllocatorStatistics } from './allocator'

const PAGE = 65536
/** 4 GB, all that 32-bit addresses reach. */
const MAXIMUM_PAGES = 65536
/** Smallest step by which the memory grows, so that many small tensors do not each cost a call into the runtime. */
const GROWTH_STEP = 16 * 1024 * 1024
/** Where a tensor without elements points: inside the first page, which holds the module's constants and is never handed out. */
const NOWHERE = 0
/** Kernels may read, never write, this far before and past a tensor. */
const GUARD_BYTES = 64

/** One WebAssembly memory with an allocator over everything behind the module's own data. */
export class WasmHeap {
  readonly memory: WebAssembly.Memory
  readonly isShared: boolean
  readonly maximumBytes: number
  /** Asked to free something when the memory is full; false when it cannot. */
  makeRoom: () => boolean = () => false
  /** Bytes that had to leave the memory and count as used all the same. */
  parkedBytes: () => number = () => 0
  readonly #allocator: Allocator
  #peakBytes = 0

  /**
   * @param memory starts small; grows on demand
   * @param reservedBytes the module's constants and stack at the start of the memory
   */
  constructor(memory: WebAssembly.Memory, options: { maximumPages: number; reservedBytes: number }) {
    this.memory = memory
    this.isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer
    this.maximumBytes = options.maximumPages * PAGE
    this.#allocator = new Allocator(options.reservedBytes + GUARD_BYTES)
    this.#extend()
  }

  /**
   * @param bytes any size, 0 included
   * @param purpose for the message when memory runs out, e.g. a shape
   * @returns the address: 64-byte aligned, with room up to the next multiple of 64 bytes; contents undefined
   * @throws DUALSEG_MEMORY when the memory is full
   */
  allocate(bytes: number, purpose = ''): number {
    if (bytes === 0) return NOWHERE
    for (;;) {
      const offset = this.#allocator.allocate(bytes)
      if (offset >= 0) {
        this.#peakBytes = Math.max(this.#peakBytes, this.#allocator.usedBytes + this.parkedBytes())
        return offset
      }
      if (!this.#grow(bytes) && !this.makeRoom()) throw this.#exhausted(bytes, purpose)
    }
  }

  release(offset: number): void {
    if (offset !== NOWHERE) this.#allocator.release(offset)
  }

  /** The most bytes that were used at once, parked ones included, since the engine began or `resetPeak`. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  resetPeak(): void {
    this.#peakBytes = this.#allocator.usedBytes + this.parkedBytes()
  }

  statistics(): AllocatorStatistics {
    return this.#allocator.statistics()
  }

  /** A view that is valid until the memory grows (for good when it is shared). */
  float32(offset: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, offset, length)
  }

  int32(offset: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, offset, length)
  }

  float64(offset: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, offset, length)
  }

  uint8(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, offset, length)
  }

  /** True for a view made here that still shows the memory. */
  isCurrent(view: ArrayBufferView): boolean {
    return this.isShared || view.buffer === this.memory.buffer
  }

  /** True for a view into this memory. */
  owns(view: ArrayBufferView): boolean {
    return this.isShared ? view.buffer instanceof SharedArrayBuffer : view.buffer === this.memory.buffer
  }

  /** @returns false if the memory cannot grow by as much as `bytes` need */
  #grow(bytes: number): boolean {
    const now = this.memory.buffer.byteLength
    const needed = this.#allocator.shortfall(bytes)
    const generous = Math.max(needed, Math.min(now / 4, 256 * 1024 * 1024), GROWTH_STEP)
    for (const step of [generous, needed]) {
      const pages = Math.min(Math.ceil(step / PAGE), (this.maximumBytes - now) / PAGE)
      if (pages <= 0 || pages * PAGE < needed) break
      try {
        this.memory.grow(pages)
      } catch {
        continue
      }
      this.#extend()
      return true
    }
    return false
  }

  #extend(): void {
    this.#allocator.extend(this.memory.buffer.byteLength - GUARD_BYTES)
  }

  #exhausted(bytes: number, purpose: string): Error {
    const { usedBytes, largestFreeBytes } = this.#allocator.statistics()
    return dualsegError(
      'DUALSEG_MEMORY',
      `wasm engine: ${megabytes(bytes)}${purpose ? ` for ${purpose}` : ''} were asked for; ${megabytes(usedBytes)} of ` +
        `${megabytes(this.maximumBytes)} are in use and the largest free block has ${megabytes(largestFreeBytes)}; ` +
        'take a smaller batch or patch, or dispose of tensors',
    )
  }
}

/**
 * A memory of up to 4 GB. Only address space is taken at first; where even that is limited, less is tried.
 *
 * @param initialPages at least what the module declares
 * @param maximumBytes less than 4 GB, if the program should keep to that
 */
export function createMemory(
  initialPages: number,
  shared: boolean,
  maximumBytes = MAXIMUM_PAGES * PAGE,
): { memory: WebAssembly.Memory; maximumPages: number } {
  const wanted = Math.max(initialPages, Math.min(MAXIMUM_PAGES, Math.floor(maximumBytes / PAGE)))
  for (let maximumPages = wanted; ; maximumPages = Math.floor(maximumPages / 2)) {
    try {
      return { memory: new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared }), maximumPages }
    } catch (cause) {
      if (maximumPages <= 4096) {
        throw dualsegError('DUALSEG_MEMORY', 'wasm engine: the runtime gave no WebAssembly memory, not even 256 MB', { cause })
      }
    }
  }
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(1)} MB`
}
