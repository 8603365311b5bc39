import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import type { backend_util, DataStorage, DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { Device, Libtorch, TorchType } from './libtorch'
import type { Pointer } from './native-words'
import { findReluBackward, type ReluBackward } from './relu-backward'
import { stridesOf } from './shapes'
import { TorchTensorData } from './tensor-data'
import { isNumeric, type NumericType, TensorMemory, typed } from './tensor-memory'

type DataId = object

/** How a backend is opened. */
export interface BackendOptions {
  readonly device: Device
  readonly threads: number
  /** Of convolutions and of the maps between them; weights, statistics, losses and optimisers are float32. */
  readonly precision: 'float32' | 'bfloat16'
}

/** Figures of the engine, beside those that `tf.memory()` always has. */
export interface TorchMemoryInfo {
  unreliable: false
  reasons: string[]
  /** Tensors copied from the device to the host since the engine was opened. */
  torchReads: number
  /** Tensors copied from the host to the device since the engine was opened. */
  torchUploads: number
  /** Kernels that ran on the host for want of one of ours, with how often. */
  torchHostKernels: Record<string, number>
}

/**
 * TensorFlow.js backend whose tensors are PyTorch's. Every kernel of tfjs-backend-cpu runs on it as it is, on copies of the values; the
 * engine's own kernels take handles.
 */
export class TorchBackend extends MathBackendCPU {
  readonly library: Libtorch
  readonly options: BackendOptions
  readonly tensors: TensorMemory
  readonly hostKernels = new Map<string, number>()
  readonly #reluBackward: ReluBackward | undefined

  constructor(library: Libtorch, options: BackendOptions) {
    super()
    this.library = library
    this.options = options
    this.tensors = new TensorMemory(library, options.device)
    this.#reluBackward = findReluBackward(library)
    // The base class would advise another backend at the first tensor.
    ;(this as unknown as { firstUse: boolean }).firstUse = false
  }

  /**
   * A handle of one's own on a tensor's values, read with the given sizes and strides (row-major in the tensor's shape if left out).
   *
   * @param type that the values should have; they are converted if they are kept in another
   */
  view(
    { dataId, shape, dtype }: TensorInfo,
    { sizes = shape, strides = stridesOf(sizes), offset = 0, type = dtype as TorchType }: ViewOptions = {},
  ): Pointer {
    const data = this.dataOf(dataId)
    const { handle } = data
    if (data.type === type) return this.library.reinterpret(handle, sizes, strides, offset)
    const converted = this.tensors.converted(this.library.newHandle(handle), type)
    const view = this.library.reinterpret(converted, sizes, strides, offset)
    this.library.delete(converted)
    return view
  }

  /** As `view`; a single number that is still on the host does not go through an upload. */
  operand(tensor: TensorInfo, type = tensor.dtype as NumericType): Pointer {
    const values = this.dataOf(tensor.dataId).hostValues
    if (values?.length === 1) return this.tensors.constant(Number(values[0]), type)
    return this.view(tensor, { type })
  }

  /** Makes a tensor of a handle, dense and row-major in `shape`. `type` may be bfloat16 where `dtype` says float32. */
  adopt(handle: Pointer, shape: number[], dtype: DataType = 'float32', type = dtype as TorchType): TensorInfo {
    return { dataId: this.#keep(TorchTensorData.adopt(this.tensors, dtype, handle, type)), shape, dtype }
  }

  /** In one pass, where this build of PyTorch lets us; takes the handles over if so. */
  reluBackward(dy: Pointer, y: Pointer): Pointer | undefined {
    return this.#reluBackward?.(dy, y)
  }

  dataOf(dataId: DataId): TorchTensorData {
    return this.#storage.get(dataId)
  }

  /** Values from outside or from a cpu kernel: kept where they are until a kernel of ours asks for them, as other backends do before they upload. */
  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): DataId {
    return this.#keep(this.#held(values, dtype, 1))
  }

  override move(dataId: DataId, values: backend_util.BackendValues, _shape: number[], dtype: DataType, refCount: number): void {
    this.#storage.set(dataId, this.#held(values, dtype, refCount))
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const data = this.dataOf(dataId)
    if (!isNumeric(data.dtype)) return super.readSync(dataId)
    const host = data.hostValues
    return host ? typed(host, data.dtype).slice() : data.values!
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    const data = this.dataOf(dataId)
    return isNumeric(data.dtype) && data.hostValues === undefined ? data.read() : this.readSync(dataId)
  }

  /** Copies values that are still on the host to the device, ahead of the kernel that wants them. */
  upload(dataId: DataId): void {
    const data = this.dataOf(dataId)
    if (isNumeric(data.dtype)) data.uploadAhead()
  }

  /** Tensors copied since the engine was opened. */
  get copies(): { readonly toHost: number; readonly toEngine: number } {
    return { toHost: this.tensors.reads, toEngine: this.tensors.uploads }
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const data = this.data.has(dataId) ? this.dataOf(dataId) : undefined
    const isGone = super.disposeData(dataId, force)
    if (isGone) data?.release()
    return isGone
  }

  override memory(): TorchMemoryInfo {
    return {
      unreliable: false,
      reasons: [],
      torchReads: this.tensors.reads,
      torchUploads: this.tensors.uploads,
      torchHostKernels: Object.fromEntries(this.hostKernels),
    }
  }

  override dispose(): void {
    this.tensors.dropConstants()
  }

  get #storage(): DataStorage<TorchTensorData> {
    return this.data as unknown as DataStorage<TorchTensorData>
  }

  #held(values: backend_util.BackendValues, dtype: DataType, refCount: number): TorchTensorData {
    const kept = values && isNumeric(dtype) ? typed(values, dtype) : values
    return TorchTensorData.hold(this.tensors, dtype, kept, refCount)
  }

  #keep(data: TorchTensorData): DataId {
    const dataId = {}
    this.#storage.set(dataId, data)
    return dataId
  }
}

interface ViewOptions {
  readonly sizes?: readonly number[]
  readonly strides?: readonly number[]
  /** In elements. */
  readonly offset?: number
  readonly type?: TorchType
}
