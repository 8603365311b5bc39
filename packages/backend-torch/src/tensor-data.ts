import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { TorchType } from './libtorch'
import type { Pointer } from './native-words'
import type { TensorMemory } from './tensor-memory'

/** What the forward pass of a fused batch norm leaves for its gradient. */
export interface NormalisedNote {
  /** Handle of the output after the ReLU: what it lets through, bit for bit. */
  readonly output: Pointer
  /** Handle of 1 / sqrt(variance + epsilon). */
  readonly inverseDeviation: Pointer
}

/**
 * Where a tensor's values are: in a tensor of PyTorch, or in an array of the host that no kernel of ours has wanted yet.
 *
 * PyTorch's tensor is dense and in row-major order of the TensorFlow.js shape; its own shape does not matter.
 */
export class TorchTensorData {
  readonly dtype: DataType
  refCount: number
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo }
  /** Other tensors lie in the same memory: not to be changed in place. */
  isShared = false
  readonly #memory: TensorMemory
  #array: backend_util.BackendValues | undefined
  #handle: Pointer = 0
  #type: TorchType = 'float32'
  #note: NormalisedNote | undefined

  private constructor(memory: TensorMemory, dtype: DataType, refCount: number) {
    this.#memory = memory
    this.dtype = dtype
    this.refCount = refCount
  }

  /** Takes over a handle. `type` may be bfloat16 where the TensorFlow.js type is float32. */
  static adopt(memory: TensorMemory, dtype: DataType, handle: Pointer, type: TorchType): TorchTensorData {
    const data = new TorchTensorData(memory, dtype, 1)
    data.#handle = handle
    data.#type = type
    return data
  }

  /** Values that stay where they are until a kernel of ours wants them. */
  static hold(
    memory: TensorMemory,
    dtype: DataType,
    values: backend_util.BackendValues | undefined,
    refCount: number,
  ): TorchTensorData {
    const data = new TorchTensorData(memory, dtype, refCount)
    data.#array = values
    return data
  }

  /** What the cpu kernels read. */
  get values(): backend_util.BackendValues | undefined {
    if (this.#array !== undefined || this.#handle === 0) return this.#array
    return this.#memory.download(this.#handle, this.#type, this.dtype as 'float32')
  }

  /** The values without making the event loop wait, where the device allows it. */
  async read(): Promise<backend_util.BackendValues> {
    if (this.#array !== undefined || this.#handle === 0) return this.#array!
    return this.#memory.downloadAsync(this.#handle, this.#type, this.dtype as 'float32')
  }

  /** The array of the host, if the values are still there. */
  get hostValues(): backend_util.BackendValues | undefined {
    return this.#array
  }

  /** Copies values of the host to PyTorch now. They stay readable where they are, so the tensor must not be changed in place. */
  uploadAhead(): void {
    if (this.#handle !== 0) return
    const array = this.#array
    void this.handle
    this.#array = array
    this.isShared = true
  }

  /** PyTorch's tensor, this object's own; uploads the values if they are outside. */
  get handle(): Pointer {
    if (this.#handle === 0) {
      const { handle, type } = this.#memory.upload(this.#array!, this.dtype)
      this.#handle = handle
      this.#type = type
      this.#array = undefined
    }
    return this.#handle
  }

  /** The type in memory. */
  get type(): TorchType {
    return this.#handle === 0 ? (this.dtype as TorchType) : this.#type
  }

  get note(): NormalisedNote | undefined {
    return this.#note
  }

  set note(note: NormalisedNote | undefined) {
    this.#dropNote()
    this.#note = note
  }

  release(): void {
    this.#dropNote()
    if (this.#handle !== 0) this.#memory.library.delete(this.#handle)
    this.#handle = 0
    this.#array = undefined
  }

  #dropNote(): void {
    if (this.#note === undefined) return
    this.#memory.library.delete(this.#note.output)
    this.#memory.library.delete(this.#note.inverseDeviation)
    this.#note = undefined
  }
}
