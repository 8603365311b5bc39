import type { backend_util, DataType } from '@tensorflow/tfjs-core'
import type { Device, Libtorch, TorchType } from './libtorch'
import type { Pointer } from './native-words'
import { EMPTY, TO_COPY } from './operators'
import { stridesOf } from './shapes'

type NumericArray = Float32Array | Int32Array | Uint8Array
export type NumericType = 'float32' | 'int32' | 'bool'

/** Constants are few; a program that makes ever new ones must not fill the device with them. */
const MOST_CONSTANTS = 1000

const HOST: Device = { kind: 'cpu', index: 0 }

/** Moves values between the host and a device, and counts how often. */
export class TensorMemory {
  readonly library: Libtorch
  readonly device: Device
  /** Tensors copied from the device to the host since the start. */
  reads = 0
  /** Tensors copied from the host to the device since the start. */
  uploads = 0
  readonly #constants = new Map<string, Pointer>()
  readonly #stages: boolean
  #pins = true

  /** @param stages whether what goes to the device goes through pinned memory; the tests do that on the CPU as well */
  constructor(library: Libtorch, device: Device, stages = device.kind === 'cuda') {
    this.library = library
    this.device = device
    this.#stages = stages
  }

  /** A tensor of undefined contents in row-major order. */
  empty(shape: readonly number[], type: TorchType): Pointer {
    return this.library.empty(shape, stridesOf(shape), type, this.device)
  }

  /** A tensor of one number, as an array of the host would hold it: a float beyond the largest is infinite. It is written by the device: nothing waits. */
  filled(shape: readonly number[], type: NumericType, value: number): Pointer {
    const handle = this.empty(shape, type)
    this.library.fill(handle, ARRAYS[type].of(value)[0]!)
    return handle
  }

  /** A number on the device, of rank 0, as a handle of one's own. */
  constant(value: number, type: NumericType = 'float32'): Pointer {
    const key = `${type} ${Object.is(value, -0) ? '-0' : value}`
    let handle = this.#constants.get(key)
    if (handle === undefined) {
      if (this.#constants.size >= MOST_CONSTANTS) this.dropConstants()
      handle = this.filled([], type, value)
      this.#constants.set(key, handle)
    }
    return this.library.newHandle(handle)
  }

  dropConstants(): void {
    for (const handle of this.#constants.values()) this.library.delete(handle)
    this.#constants.clear()
  }

  upload(values: backend_util.BackendValues, dtype: DataType): { handle: Pointer; type: TorchType } {
    const type = dtype as NumericType
    const numbers = typed(values, type)
    const only = uniformValue(numbers)
    if (only !== undefined) {
      return { handle: this.filled([numbers.length], type, only), type }
    }
    this.uploads++
    const host = this.#stages ? this.#stage(numbers.length, type) : this.empty([numbers.length], type)
    this.#fillHost(host, numbers)
    return { handle: this.#stages ? TO_COPY(this.library, host, null, null, this.device, null, true, null) : host, type }
  }

  /** Memory that values are copied from: pinned, the copy takes its turn on the device; from any other the host would wait for all that comes before. */
  #stage(length: number, type: TorchType): Pointer {
    const { library } = this
    const on = (pinned: boolean) => EMPTY(library, [length], library.types[type], null, HOST, pinned, null)
    if (!this.#pins) return on(false)
    try {
      return on(true)
    } catch (error) {
      this.#pins = false
      console.warn(`torch engine: uploads wait for the device, there is no pinned memory: ${(error as Error).message}`)
      return on(false)
    }
  }

  download(handle: Pointer, type: TorchType, dtype: NumericType): NumericArray {
    this.reads++
    const { library } = this
    const dense = this.#wanted(handle, type, dtype)
    const host = this.device.kind === 'cpu' ? dense : TO_COPY(library, dense, null, null, HOST, null, false, null)
    return this.#take(host, dtype)
  }

  async downloadAsync(handle: Pointer, type: TorchType, dtype: NumericType): Promise<NumericArray> {
    if (this.device.kind === 'cpu') return this.download(handle, type, dtype)
    this.reads++
    const { library } = this
    const dense = this.#wanted(handle, type, dtype)
    return this.#take(await TO_COPY.async(library, dense, null, null, HOST, null, false, null), dtype)
  }

  /** A handle of one's own on the values in the type that TensorFlow.js knows. */
  #wanted(handle: Pointer, type: TorchType, dtype: NumericType): Pointer {
    const own = this.library.newHandle(handle)
    return type === dtype ? own : this.converted(own, dtype)
  }

  /** The same values in another type; takes the handle over. */
  converted(handle: Pointer, type: TorchType): Pointer {
    return TO_COPY(this.library, handle, this.library.types[type], null, null, null, false, null)
  }

  /** Copies the values out of a tensor on the host, and gives it up. */
  #take(host: Pointer, dtype: NumericType): NumericArray {
    const values = new ARRAYS[dtype](this.library.elements(host))
    if (values.length > 0) this.library.copyOut(values, host)
    this.library.delete(host)
    return values
  }

  #fillHost(handle: Pointer, numbers: NumericArray): void {
    if (numbers.length > 0) this.library.copyIn(handle, numbers)
  }
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

/** The cpu kernels are not strict about the array's type. */
export function typed(values: backend_util.BackendValues, dtype: NumericType): NumericArray {
  const Values = ARRAYS[dtype]
  return values instanceof Values ? values : Values.from(values as ArrayLike<number>)
}

/** Whether values of this type can live in PyTorch's memory here. */
export function isNumeric(dtype: DataType): dtype is NumericType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}

/** The one value of an array of zeros, ones, …, which the device can write by itself. */
function uniformValue(numbers: NumericArray): number | undefined {
  const first = numbers[0]
  // A plain loop: `every` takes ten times as long, and a volume's worth of numbers may be alike but for the last.
  for (let i = 1; i < numbers.length; i++) if (!Object.is(numbers[i], first)) return undefined
  return first
}
