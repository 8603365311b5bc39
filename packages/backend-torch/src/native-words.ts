import type { Koffi } from './koffi'

/** An address or a tensor handle: user space is 48 bits, which a number holds. */
export type Pointer = number

export const TWO_32 = 2 ** 32

/** Native memory in words of 64 bits that JavaScript reads and writes as well. */
export class NativeWords {
  readonly address: Pointer
  readonly #uint32: Uint32Array
  readonly #float64: Float64Array
  readonly #keep: unknown

  constructor(koffi: Koffi, words: number) {
    this.#keep = koffi.alloc('uint64_t', words)
    this.address = Number(koffi.address(this.#keep))
    const buffer = koffi.view(this.#keep, words * 8)
    this.#uint32 = new Uint32Array(buffer)
    this.#float64 = new Float64Array(buffer)
  }

  addressOf(word: number): Pointer {
    return this.address + word * 8
  }

  /** A pointer, a handle or a whole number from 0. */
  word(at: number): number {
    return this.#uint32[2 * at]! + this.#uint32[2 * at + 1]! * TWO_32
  }

  int32(at: number): number {
    return this.#uint32[2 * at]! | 0
  }

  setWhole(at: number, value: number): void {
    this.#uint32[2 * at] = value
    this.#uint32[2 * at + 1] = Math.floor(value / TWO_32)
  }

  setDouble(at: number, value: number): void {
    this.#float64[at] = value
  }
}
