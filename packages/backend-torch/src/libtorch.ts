import { dualsegError } from '@dualseg/kernels'
import type { FoundTorch } from './find-torch'
import type { Koffi } from './koffi'
import { NativeWords, type Pointer, TWO_32 } from './native-words'
import { type Call, type Native, TorchLibraries } from './torch-libraries'

/** The C interface in words of 64 bits: arguments of a dispatcher call come first, scratch after them. */
const STACK_WORDS = 48
const SIZES_AT = STACK_WORDS
const STRIDES_AT = SIZES_AT + 8
const OUT_AT = STRIDES_AT + 8
const WORDS = OUT_AT + 1
/** The interface this was written against; a newer library keeps the meaning of calls that say so. */
const NEWEST_ABI = abiVersion(2, 15)

function abiVersion(major: number, minor: number): bigint {
  return (BigInt(major) << 56n) | (BigInt(minor) << 48n)
}

export type TorchType = 'float32' | 'float64' | 'bfloat16' | 'int32' | 'int64' | 'bool'
const TORCH_TYPES: readonly TorchType[] = ['float32', 'float64', 'bfloat16', 'int32', 'int64', 'bool']

export interface Device {
  readonly kind: 'cpu' | 'cuda'
  readonly index: number
}

/** PyTorch by its C interface: tensors behind handles, and operators through the dispatcher. */
export class Libtorch {
  readonly koffi: Koffi
  readonly libraries: TorchLibraries
  readonly types: Readonly<Record<TorchType, number>>
  readonly memoryFormats: Readonly<Record<'contiguous' | 'channelsLast3d' | 'preserve', number>>
  /** Whether a failed call tells its reason; before 2.13 it stands on stderr. */
  readonly explains: boolean
  /** Whether this build has oneDNN; false where it cannot be asked. */
  readonly hasOneDnn: boolean
  readonly #abi: bigint
  readonly #block: NativeWords
  readonly found: FoundTorch
  readonly #devices: Readonly<Record<Device['kind'], number>>
  readonly #call: Call
  readonly #newHandle: Call
  readonly #delete: Call
  readonly #reinterpret: Call
  readonly #emptyStrided: Call
  readonly #dataPointer: Call
  readonly #strides: Call
  readonly #elements: Call
  readonly #fill: Call
  readonly #subtract: Call
  readonly #copy: Call
  readonly #newList: Call
  readonly #push: Call
  readonly #newString: Call
  readonly #numThreads: Call
  readonly #what: (() => string) | undefined
  readonly #newCell: () => Pointer
  readonly #memoryCopy: Native
  readonly #copyIn: Native
  readonly #copyOut: Native

  /**
   * Loads the libraries; a process can do that once.
   *
   * @throws DUALSEG_ENGINE_MISSING if they do not load or are older than the interface
   */
  constructor(koffi: Koffi, found: FoundTorch) {
    this.koffi = koffi
    this.found = found
    const libraries = new TorchLibraries(koffi, found)
    this.libraries = libraries
    this.#call = libraries.call('int torch_call_dispatcher(uintptr_t name, uintptr_t overload, uintptr_t stack, uint64_t abi)')
    this.#newHandle = libraries.call('int aoti_torch_new_tensor_handle(uintptr_t tensor, uintptr_t out)')
    this.#delete = libraries.call('int aoti_torch_delete_tensor_object(uintptr_t tensor)')
    this.#reinterpret = libraries.call(
      'int aoti_torch__reinterpret_tensor(uintptr_t tensor, int64_t ndim, uintptr_t sizes, uintptr_t strides, int64_t offset, uintptr_t out)',
    )
    this.#emptyStrided = libraries.call(
      'int aoti_torch_empty_strided(int64_t ndim, uintptr_t sizes, uintptr_t strides, int32_t dtype, int32_t device, int32_t index, uintptr_t out)',
    )
    this.#dataPointer = libraries.call('int aoti_torch_get_data_ptr(uintptr_t tensor, uintptr_t out)')
    this.#strides = libraries.call('int aoti_torch_get_strides(uintptr_t tensor, uintptr_t out)')
    this.#elements = libraries.call('int aoti_torch_get_numel(uintptr_t tensor, uintptr_t out)')
    this.#fill = libraries.call('int aoti_torch_aten_fill__Scalar(uintptr_t tensor, double value)')
    this.#subtract = libraries.call('int aoti_torch_aten_subtract_Tensor(uintptr_t a, uintptr_t b, double alpha, uintptr_t out)')
    this.#copy = libraries.call('int aoti_torch_copy_(uintptr_t to, uintptr_t from, int32_t nonBlocking)')
    this.#newList = libraries.call('int torch_new_list_reserve_size(size_t size, uintptr_t out)')
    this.#push = libraries.call('int torch_list_push_back(uintptr_t list, int64_t value)')
    this.#newString = libraries.call('int torch_new_string_handle(const char *text, size_t size, uintptr_t out)')
    this.#numThreads = libraries.call('int torch_get_num_threads(uintptr_t out)')
    this.#what = libraries.optional('const char *torch_exception_get_what_without_backtrace()') as (() => string) | undefined
    this.explains = this.#what !== undefined
    this.hasOneDnn = libraries.optional('bool _ZN2at7Context9hasMKLDNNEv()')?.() === true
    const abi = libraries.constant('uint64_t aoti_torch_abi_version()')
    this.#abi = BigInt(abi) < NEWEST_ABI ? BigInt(abi) : NEWEST_ABI
    this.#block = new NativeWords(koffi, WORDS)
    this.types = Object.fromEntries(
      TORCH_TYPES.map((type) => [type, Number(libraries.constant(`int32_t aoti_torch_dtype_${type}()`))]),
    ) as Record<TorchType, number>
    this.#devices = {
      cpu: Number(libraries.constant('int32_t aoti_torch_device_type_cpu()')),
      cuda: Number(libraries.constant('int32_t aoti_torch_device_type_cuda()')),
    }
    this.memoryFormats = {
      contiguous: Number(libraries.constant('int32_t aoti_torch_memory_format_contiguous_format()')),
      channelsLast3d: Number(libraries.constant('int32_t aoti_torch_memory_format_channels_last_3d()')),
      preserve: Number(libraries.constant('int32_t aoti_torch_memory_format_preserve_format()')),
    }
    this.#newCell = this.#cellMaker()
    const runtime = { darwin: 'libSystem.B.dylib', win32: 'msvcrt.dll' }[process.platform as string] ?? 'libc.so.6'
    const c = koffi.load(runtime)
    this.#memoryCopy = c.func('uintptr_t memcpy(uintptr_t to, uintptr_t from, size_t bytes)')
    this.#copyIn = c.func('uintptr_t memcpy(uintptr_t to, const void *from, size_t bytes)')
    this.#copyOut = c.func('uintptr_t memcpy(void *to, uintptr_t from, size_t bytes)')
    // Gradients are the business of TensorFlow.js.
    ;(libraries.call('void aoti_torch_grad_mode_set_enabled(bool enabled)') as Native)(false)
  }

  /** The interface version of the library, e.g. `2.11`. */
  get abi(): string {
    return `${this.#abi >> 56n}.${(this.#abi >> 48n) & 255n}`
  }

  // Tensors ---------------------------------------------------------------------------------------------------------------------------

  /** Another handle of the same tensor. */
  newHandle(tensor: Pointer): Pointer {
    this.#check(this.#newHandle(tensor, this.#out), 'new_tensor_handle')
    return this.#block.word(OUT_AT)
  }

  /** Gives a handle up, and with the last one the memory. */
  delete(tensor: Pointer): void {
    this.#delete(tensor)
  }

  /** A tensor on the same memory with other sizes and strides, in elements; `offset` is added to where this one begins. */
  reinterpret(tensor: Pointer, sizes: readonly number[], strides: readonly number[], offset = 0): Pointer {
    this.#putShape(sizes, strides)
    const failed = this.#reinterpret(tensor, sizes.length, this.#sizes, this.#stridesCell, offset, this.#out)
    this.#check(failed, 'reinterpret_tensor')
    return this.#block.word(OUT_AT)
  }

  /** Memory of undefined contents. */
  empty(sizes: readonly number[], strides: readonly number[], type: TorchType, device: Device): Pointer {
    this.#putShape(sizes, strides)
    const { kind, index } = device
    const failed = this.#emptyStrided(
      sizes.length,
      this.#sizes,
      this.#stridesCell,
      this.types[type],
      this.#devices[kind],
      index,
      this.#out,
    )
    this.#check(failed, () => `empty [${sizes.join(',')}] on ${kind}`)
    return this.#block.word(OUT_AT)
  }

  fill(tensor: Pointer, value: number): void {
    this.#check(this.#fill(tensor, value), 'fill_')
  }

  /** a - alpha b: the one sum with a factor that the C interface reaches on every device. Gives neither handle up. */
  subtract(a: Pointer, b: Pointer, alpha: number): Pointer {
    this.#check(this.#subtract(a, b, alpha, this.#out), 'sub')
    return this.#block.word(OUT_AT)
  }

  copy(to: Pointer, from: Pointer, nonBlocking: boolean): void {
    this.#check(this.#copy(to, from, nonBlocking ? 1 : 0), 'copy_')
  }

  /** The strides of a tensor, in elements. */
  stridesOf(tensor: Pointer, rank: number): number[] {
    this.#check(this.#strides(tensor, this.#out), 'get_strides')
    this.#memoryCopy(this.#stridesCell, this.#block.word(OUT_AT), rank * 8)
    return Array.from({ length: rank }, (_, axis) => this.#block.word(STRIDES_AT + axis))
  }

  // Copies, not views: each view is an object that native memory stands behind until the event loop turns, and a training loop need not let it.

  /** Fills a tensor that lies densely in host memory. */
  copyIn(tensor: Pointer, values: ArrayBufferView): void {
    this.#copyIn(this.#dataOf(tensor), values, values.byteLength)
  }

  /** Fills an array from the beginning of a tensor that lies densely in host memory. */
  copyOut(values: ArrayBufferView, tensor: Pointer): void {
    this.#copyOut(values, this.#dataOf(tensor), values.byteLength)
  }

  elements(tensor: Pointer): number {
    this.#check(this.#elements(tensor, this.#out), 'get_numel')
    return this.#block.word(OUT_AT)
  }

  /** By a C++ function outside the C interface; where it is not there, OMP_NUM_THREADS has decided. */
  setThreads(threads: number): void {
    this.libraries.optional('void _ZN2at15set_num_threadsEi(int threads)')?.(threads)
  }

  numThreads(): number {
    this.#check(this.#numThreads(this.#out), 'get_num_threads')
    return this.#block.int32(OUT_AT)
  }

  // Dispatcher ------------------------------------------------------------------------------------------------------------------------

  /** A C string that lives as long as the process. */
  constantText(text: string): Pointer {
    const bytes = Buffer.from(`${text}\0`)
    const place = this.koffi.alloc('char', bytes.length)
    new Uint8Array(this.koffi.view(place, bytes.length)).set(bytes)
    const address = Number(this.koffi.address(place))
    this.#texts.set(address, place)
    return address
  }

  readonly #texts = new Map<Pointer, unknown>()

  putWhole(at: number, value: number): void {
    this.#block.setWhole(at, value)
  }

  putDouble(at: number, value: number): void {
    this.#block.setDouble(at, value)
  }

  putDevice(at: number, { kind, index }: Device): void {
    this.#block.setWhole(at, this.#devices[kind] * TWO_32 + index)
  }

  putText(at: number, text: string): void {
    this.#check(this.#newString(text, Buffer.byteLength(text), this.#out), 'new_string')
    this.#block.setWhole(at, this.#block.word(OUT_AT))
  }

  /** A list that the callee takes over. */
  putList(at: number, values: readonly (number | boolean)[]): void {
    this.#check(this.#newList(values.length, this.#out), 'new_list')
    const list = this.#block.word(OUT_AT)
    for (const value of values) this.#push(list, Number(value))
    this.#block.setWhole(at, list)
  }

  /** Wraps what a put function wrote at `at` into an optional that the callee takes over. */
  wrapOptional(at: number): void {
    const cell = this.#newCell()
    this.#memoryCopy(cell, this.#block.addressOf(at), 8)
    this.#block.setWhole(at, cell)
  }

  putNothing(at: number): void {
    this.#block.setWhole(at, 0)
  }

  /** Runs an operator on the arguments put from 0 on. */
  call(name: Pointer, overload: Pointer, describe: () => string): void {
    this.#check(this.#call(name, overload, this.#block.address, this.#abi), describe)
  }

  /** The result of a call. */
  result(at: number): Pointer {
    return this.#block.word(at)
  }

  /**
   * Runs an operator of one result on a thread of its own, so that the event loop goes on. Its arguments are put, as for `call`, and moved out of
   * the way at once.
   */
  callAsync(name: Pointer, overload: Pointer, words: number, describe: () => string): Promise<Pointer> {
    const stack = new NativeWords(this.koffi, words)
    this.#memoryCopy(stack.address, this.#block.address, words * 8)
    return new Promise((resolve, reject) => {
      this.#call.async(name, overload, stack.address, this.#abi, (error: unknown, failed: number) => {
        if (error || failed !== 0) reject(error ?? this.#failure(describe()))
        else resolve(stack.word(0))
      })
    })
  }

  // Inside ----------------------------------------------------------------------------------------------------------------------------

  get #out(): Pointer {
    return this.#block.addressOf(OUT_AT)
  }

  get #sizes(): Pointer {
    return this.#block.addressOf(SIZES_AT)
  }

  get #stridesCell(): Pointer {
    return this.#block.addressOf(STRIDES_AT)
  }

  #dataOf(tensor: Pointer): Pointer {
    this.#check(this.#dataPointer(tensor, this.#out), 'get_data_ptr')
    return this.#block.word(OUT_AT)
  }

  #putShape(sizes: readonly number[], strides: readonly number[]): void {
    for (let axis = 0; axis < sizes.length; axis++) {
      this.#block.setWhole(SIZES_AT + axis, sizes[axis]!)
      this.#block.setWhole(STRIDES_AT + axis, strides[axis]!)
    }
  }

  #check(failed: number, what: string | (() => string)): void {
    if (failed !== 0) throw this.#failure(typeof what === 'string' ? what : what())
  }

  #failure(what: string): Error {
    const reason = this.#what ? firstLine(this.#what()) : 'PyTorch has printed why'
    const code = /out of memory|can't allocate memory/i.test(reason) ? 'DUALSEG_MEMORY' : 'DUALSEG_TORCH'
    return dualsegError(code, `torch engine: ${what} failed: ${reason}`)
  }

  /** Makes what an optional argument lies in: the callee frees it, in newer versions by their own function, before by C++ `delete`. */
  #cellMaker(): () => Pointer {
    const newCell = this.libraries.optional('int torch_new_stable_ivalue(uintptr_t out)') as Call | undefined
    if (newCell) {
      return () => {
        this.#check(newCell(this.#out), 'new_stable_ivalue')
        return this.#block.word(OUT_AT)
      }
    }
    return () => this.libraries.newCppObject(8)
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]!
}
