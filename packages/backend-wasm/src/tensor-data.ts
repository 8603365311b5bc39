import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmHeap } from './memory/wasm-heap'

type NumericArray = Float32Array | Int32Array | Uint8Array

/** Where a tensor's values are: in WebAssembly memory, or in an array that a cpu kernel made. */
export class WasmTensorData {
  readonly dtype: DataType
  refCount: number
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo }
  readonly #heap: WasmHeap
  readonly #length: number
  /** -1: the values are in `#array`. */
  #address: number
  #array: backend_util.BackendValues | undefined

  private constructor(heap: WasmHeap, dtype: DataType, length: number, refCount: number, address: number) {
    this.#heap = heap
    this.dtype = dtype
    this.#length = length
    this.refCount = refCount
    this.#address = address
  }

  /** Room in WebAssembly memory; the contents are undefined. */
  static allocate(heap: WasmHeap, dtype: DataType, shape: readonly number[]): WasmTensorData {
    const length = shape.reduce((product, size) => product * size, 1)
    const address = heap.allocate(length * bytesPerValue(dtype), `a tensor [${shape.join(',')}]`)
    return new WasmTensorData(heap, dtype, length, 1, address)
  }

  /** Values that stay where they are until a kernel of ours wants them. */
  static hold(heap: WasmHeap, dtype: DataType, values: backend_util.BackendValues | undefined, refCount: number): WasmTensorData {
    const data = new WasmTensorData(heap, dtype, values?.length ?? 0, refCount, -1)
    data.#array = values
    return data
  }

  /** What the cpu kernels read: a view of the memory, or the array. */
  get values(): backend_util.BackendValues | undefined {
    if (this.#address < 0) return this.#array
    const view = this.#array as NumericArray | undefined
    if (!view || !this.#heap.isCurrent(view)) this.#array = this.#view()
    return this.#array
  }

  /** Address of the values; uploads them if they are in an array. */
  get address(): number {
    if (this.#address < 0) {
      const values = this.#array as NumericArray
      this.#address = this.#heap.allocate(this.#length * bytesPerValue(this.dtype), `a tensor of ${this.#length} values`)
      const view = this.#view()
      view.set(values)
      this.#array = view
    }
    return this.#address
  }

  release(): void {
    if (this.#address >= 0) this.#heap.release(this.#address)
    this.#address = -1
    this.#array = undefined
  }

  #view(): NumericArray {
    if (this.dtype === 'int32') return this.#heap.int32(this.#address, this.#length)
    if (this.dtype === 'bool') return this.#heap.uint8(this.#address, this.#length)
    return this.#heap.float32(this.#address, this.#length)
  }
}

/** Whether values of this type can live in WebAssembly memory. */
export function isNumeric(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}

function bytesPerValue(dtype: DataType): number {
  return dtype === 'bool' ? 1 : 4
}
