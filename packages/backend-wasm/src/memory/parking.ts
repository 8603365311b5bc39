/** A tensor that can leave WebAssembly memory for a while. */
export interface Parkable {
  readonly byteLength: number
  /** Number of the kernel call that used it last. */
  lastUse: number
  /** Moves the values to an array outside and releases the memory. */
  park(): void
}

/** Moving less than this gives no room worth the trouble. */
const SMALLEST_BYTES = 1 << 20

/**
 * What happens when the 4 GB of WebAssembly memory are full: the tensors that were not used for longest move to arrays outside it and
 * come back when a kernel asks for them. In a training step these are the first layers' activations, which the backward pass wants
 * last. It costs two copies at memory speed.
 */
export class Parking {
  readonly #resident = new Set<Parkable>()
  /** Arrays that came back from parked tensors, by length: fresh ones would cost a page fault for every 4 KB. */
  readonly #spare = new Map<number, Float32Array[]>()
  #call = 0
  #parkedBytes = 0

  /** Bytes outside now. */
  get parkedBytes(): number {
    return this.#parkedBytes
  }

  /** A kernel call begins: what earlier calls used may be parked, what this one uses may not. */
  beginCall(): void {
    this.#call++
  }

  /** A tensor has moved into WebAssembly memory. */
  enter(tensor: Parkable): void {
    tensor.lastUse = this.#call
    if (tensor.byteLength >= SMALLEST_BYTES) this.#resident.add(tensor)
  }

  /** A tensor has left it. */
  leave(tensor: Parkable): void {
    this.#resident.delete(tensor)
  }

  use(tensor: Parkable): void {
    tensor.lastUse = this.#call
  }

  /** Parks the tensor that was not used for longest. @returns false if there is none that this call does not use */
  makeRoom(): boolean {
    let oldest: Parkable | undefined
    for (const tensor of this.#resident) {
      if (tensor.lastUse < this.#call && (!oldest || tensor.lastUse < oldest.lastUse)) oldest = tensor
    }
    if (!oldest) return false
    this.#resident.delete(oldest)
    oldest.park()
    return true
  }

  /** An array of `length` four-byte values to park in. */
  take(length: number): Float32Array {
    this.#parkedBytes += length * 4
    return this.#spare.get(length)?.pop() ?? new Float32Array(length)
  }

  /** The parked values are back or no longer wanted. */
  giveBack(array: Float32Array): void {
    this.#parkedBytes -= array.byteLength
    const arrays = this.#spare.get(array.length)
    if (arrays) arrays.push(array)
    else this.#spare.set(array.length, [array])
  }
}
