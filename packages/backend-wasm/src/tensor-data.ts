import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { Parkable, Parking } from './memory/parking'
import type { WasmHeap } from './memory/wasm-heap'

type NumericArray = Float32Array | Int32Array | Uint8Array

/** Where tensors live. */
export interface Store {
  readonly heap: WasmHeap
  readonly parking: Parking
}

/** Where a tensor's values are: in WebAssembly memory, parked outside it, or in an array that came from elsewhere. */
export class WasmTensorData implements Parkable {
  readonly dtype: DataType
  refCount: number
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo }
  lastUse = 0
  readonly #store: Store
  readonly #length: number
  /** -1: the values are in `#array`. */
  #address = -1
  /** A view of the memory, or an array of its own. */
  #array: backend_util.BackendValues | undefined
  /** The values' bytes while parked, as floats whatever they mean. */
  #parked: Float32Array | undefined

  private constructor(store: Store, dtype: DataType, length: number, refCount: number) {
    this.#store = store
    this.dtype = dtype
    this.#length = length
    this.refCount = refCount
  }

  /** Room in WebAssembly memory; the contents are undefined. */
  static allocate(store: Store, dtype: DataType, shape: readonly number[]): WasmTensorData {
    const length = shape.reduce((product, size) => product * size, 1)
    const data = new WasmTensorData(store, dtype, length, 1)
    data.#enter(`a tensor [${shape.join(',')}]`)
    return data
  }

  /** Values that stay where they are until a kernel of ours wants them. */
  static hold(store: Store, dtype: DataType, values: backend_util.BackendValues | undefined, refCount: number): WasmTensorData {
    const data = new WasmTensorData(store, dtype, values?.length ?? 0, refCount)
    data.#array = values
    return data
  }

  get byteLength(): number {
    return this.#length * (this.dtype === 'bool' ? 1 : 4)
  }

  /** What the cpu kernels read: a view of the memory or of the parking place, or the array. */
  get values(): backend_util.BackendValues | undefined {
    if (this.#parked) return this.#viewOf(this.#parked.buffer, 0)
    if (this.#address < 0) return this.#array
    this.use()
    const view = this.#array as NumericArray | undefined
    if (!view || !this.#store.heap.isCurrent(view)) this.#array = this.#view()
    return this.#array
  }

  /** Address of the values; uploads them if they are outside. Good until the kernel call ends. */
  get address(): number {
    if (this.#parked) this.#comeBack()
    if (this.#address < 0) {
      const values = this.#array as NumericArray
      this.#enter(`a tensor of ${this.#length} values`)
      const view = this.#view()
      view.set(values)
      this.#array = view
    }
    this.use()
    return this.#address
  }

  /** Keeps the values where they are until the present kernel call ends. */
  use(): void {
    this.#store.parking.use(this)
  }

  park(): void {
    const { heap, parking } = this.#store
    const words = Math.ceil(this.byteLength / 4)
    this.#parked = parking.take(words)
    // Bytes, not floats: copying floats one by one may change the bits of a NaN.
    new Uint8Array(this.#parked.buffer).set(heap.uint8(this.#address, words * 4))
    heap.release(this.#address)
    this.#address = -1
    this.#array = undefined
  }

  release(): void {
    if (this.#address >= 0) {
      this.#store.parking.leave(this)
      this.#store.heap.release(this.#address)
    }
    if (this.#parked) this.#store.parking.giveBack(this.#parked)
    this.#address = -1
    this.#array = undefined
    this.#parked = undefined
  }

  #enter(purpose: string): void {
    this.#address = this.#store.heap.allocate(this.byteLength, purpose)
    this.#store.parking.enter(this)
  }

  #comeBack(): void {
    const parked = this.#parked!
    this.#enter(`a parked tensor of ${this.#length} values`)
    this.#store.heap.uint8(this.#address, parked.byteLength).set(new Uint8Array(parked.buffer))
    this.#parked = undefined
    this.#store.parking.giveBack(parked)
  }

  #view(): NumericArray {
    return this.#viewOf(this.#store.heap.memory.buffer, this.#address)
  }

  #viewOf(buffer: ArrayBufferLike, offset: number): NumericArray {
    if (this.dtype === 'int32') return new Int32Array(buffer, offset, this.#length)
    if (this.dtype === 'bool') return new Uint8Array(buffer, offset, this.#length)
    return new Float32Array(buffer, offset, this.#length)
  }
}

/** Whether values of this type can live in WebAssembly memory. */
export function isNumeric(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}
