import type { Numerics } from '@dualseg/kernels'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import type { backend_util, DataStorage, DataType, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Runtime } from './runtime'
import { isNumeric, WasmTensorData } from './tensor-data'
import type { JobOptions } from './threads/thread-pool'

type DataId = object

/** Memory figures of the engine, beside those that `tf.memory()` always has. */
export interface WasmMemoryInfo {
  unreliable: false
  reasons: string[]
  /** Bytes of WebAssembly memory in tensors and workspaces now. */
  wasmBytes: number
  /** The most there was at once, parked tensors included, since the engine was opened or `resetPeak`. */
  wasmPeakBytes: number
  /** Bytes of tensors that had to leave the memory for a while. */
  wasmParkedBytes: number
  /** Bytes the memory has grown to. */
  wasmTotalBytes: number
}

/** How a backend is opened; see `openBackend`. */
export interface BackendOptions {
  /** Including the calling one. */
  readonly threads: number
  /** False: one thread on unshared memory, as in a page without cross-origin isolation. @default true */
  readonly shared?: boolean
  /** How convolutions are computed. @default fast */
  readonly numerics?: Numerics
  /** True: fused multiply-adds where runtime and processor have them. Faster, but the last bits are not those of Node 20. @default false */
  readonly relaxedSimd?: boolean
  /**
   * True: V8 packs neighbouring 128-bit operations into 256-bit ones, where Node (24 to 26) and processor (AVX2) have it. The same bits, faster. V8's
   * flags are changed for the whole process while the kernels are compiled, and are as before when it has opened. Before use, packed kernels are
   * held against what plain ones give, bit for bit; a difference turns it off and is said. @default false
   */
  readonly packedSimd?: boolean
  /** Most bytes of WebAssembly memory; what does not fit is parked outside and copied back when used. @default 4 GB */
  readonly maximumBytes?: number
}

/**
 * TensorFlow.js backend whose tensors live in one WebAssembly memory. Every kernel of tfjs-backend-cpu runs on it as it is,
 * on views of that memory; the engine's own kernels take addresses.
 */
export class WasmBackend extends MathBackendCPU {
  readonly runtime: Runtime

  readonly #options: BackendOptions

  constructor(runtime: Runtime, options: BackendOptions) {
    super()
    this.runtime = runtime
    this.#options = options
    // The base class would advise another backend at the first tensor.
    ;(this as unknown as { firstUse: boolean }).firstUse = false
  }

  /** Whether opening with these options would give the same backend. */
  isOpenedWith({
    threads,
    shared = true,
    maximumBytes,
    numerics = 'fast',
    relaxedSimd = false,
    packedSimd = false,
  }: BackendOptions): boolean {
    const mine = this.#options
    return (
      mine.threads === threads &&
      (mine.shared ?? true) === shared &&
      mine.maximumBytes === maximumBytes &&
      this.numerics === numerics &&
      (mine.relaxedSimd ?? false) === relaxedSimd &&
      (mine.packedSimd ?? false) === packedSimd
    )
  }

  /** Whether the kernels run packed into 256-bit instructions. */
  get isPacked(): boolean {
    return this.runtime.isPacked
  }

  get numerics(): Numerics {
    return this.#options.numerics ?? 'fast'
  }

  /** @returns a tensor of undefined contents in WebAssembly memory */
  allocate(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return { dataId: this.#adopt(WasmTensorData.allocate(this.runtime, dtype, shape)), shape, dtype }
  }

  /** @returns the address of a tensor's values; uploads them first if a cpu kernel made them */
  address(tensor: TensorInfo): number {
    return this.#storage.get(tensor.dataId).address
  }

  /** A kernel call begins: its inputs stay in memory until the next one does. */
  beginCall(inputs: NamedTensorInfoMap): void {
    this.runtime.parking.beginCall()
    for (const name in inputs) {
      // The ragged kernels of TensorFlow.js have lists among their inputs, which its types do not know.
      const input = inputs[name] as TensorInfo | readonly TensorInfo[] | undefined
      if (!input) continue
      for (const { dataId } of 'dataId' in input ? [input] : input) this.#storage.get(dataId).use()
    }
  }

  /** @returns a tensor's values: a view, valid until memory is allocated or the tensor disposed of */
  values(tensor: TensorInfo): backend_util.BackendValues {
    return this.#storage.get(tensor.dataId).values!
  }

  firstValue(tensor: TensorInfo): number {
    return this.values(tensor)[0] as number
  }

  /** Runs a range function of the module over its tasks, on all threads. */
  run(name: string, args: readonly number[], tasks: number, options?: JobOptions): void {
    this.runtime.pool.run(name, args, tasks, options)
  }

  /**
   * Values from outside or from a cpu kernel: kept where they are until a kernel of ours asks for their address, as other backends do
   * before they upload. A part of another tensor is copied: that one may be disposed of first.
   */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    return this.#adopt(this.#take(values, shape, dtype, 1))
  }

  override move(dataId: DataId, values: backend_util.BackendValues, shape: number[], dtype: DataType, refCount: number): void {
    this.#storage.set(dataId, this.#take(values, shape, dtype, refCount))
  }

  /** A copy: the caller may keep it longer than the tensor, and web APIs refuse views of shared memory. */
  override readSync(dataId: DataId): backend_util.BackendValues {
    const data = this.#storage.get(dataId)
    return isNumeric(data.dtype) ? typed(data.values!, data.dtype).slice() : super.readSync(dataId)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const data = this.data.has(dataId) ? this.#storage.get(dataId) : undefined
    const isGone = super.disposeData(dataId, force)
    if (isGone) data?.release()
    return isGone
  }

  override memory(): WasmMemoryInfo {
    const { usedBytes, totalBytes } = this.runtime.heap.statistics()
    return {
      unreliable: false,
      reasons: [],
      wasmBytes: usedBytes,
      wasmPeakBytes: this.runtime.heap.peakBytes,
      wasmParkedBytes: this.runtime.parking.parkedBytes,
      wasmTotalBytes: totalBytes,
    }
  }

  /** From here on `wasmPeakBytes` counts anew. */
  resetPeak(): void {
    this.runtime.heap.resetPeak()
  }

  override dispose(): void {
    this.runtime.pool.close()
  }

  get #storage(): DataStorage<WasmTensorData> {
    return this.data as unknown as DataStorage<WasmTensorData>
  }

  #take(values: backend_util.BackendValues, shape: number[], dtype: DataType, refCount: number): WasmTensorData {
    if (!values || !isNumeric(dtype)) return WasmTensorData.hold(this.runtime, dtype, values, refCount)
    const numbers = typed(values, dtype)
    if (!this.runtime.heap.owns(numbers)) return WasmTensorData.hold(this.runtime, dtype, numbers, refCount)
    const data = WasmTensorData.allocate(this.runtime, dtype, shape)
    data.refCount = refCount
    ;(data.values as Float32Array).set(values as Float32Array)
    return data
  }

  #adopt(data: WasmTensorData): DataId {
    const dataId = {}
    this.#storage.set(dataId, data)
    return dataId
  }
}

/** The cpu kernels are not strict about the array's type. */
function typed(values: backend_util.BackendValues, dtype: DataType): Float32Array | Int32Array | Uint8Array {
  const numbers = values as ArrayLike<number>
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(numbers)
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(numbers)
  return values instanceof Uint8Array ? values : Uint8Array.from(numbers)
}
