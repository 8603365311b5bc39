import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import koffi from 'koffi'

/** Words of the signatures: `pointer` an opaque address, `data` a typed array or Buffer, the rest C's own types. */
interface Words {
  void: undefined
  int: number
  uint8: number
  int64: number
  size: number
  float: number
  pointer: number
  data: ArrayBufferView
  text: string
}

type Signature = readonly [returns: keyof Words, ...takes: (keyof Words)[]]

/** What is used of TensorFlow's C API (`tensorflow/c/c_api.h`, `eager/c_api.h`, `tf_tensor.h`, `tf_tstring.h`). */
const TENSORFLOW = {
  TF_Version: ['text'],
  TF_NewStatus: ['pointer'],
  TF_GetCode: ['int', 'pointer'],
  TF_Message: ['text', 'pointer'],
  TFE_NewContextOptions: ['pointer'],
  TFE_ContextOptionsSetConfig: ['void', 'pointer', 'data', 'size', 'pointer'],
  TFE_DeleteContextOptions: ['void', 'pointer'],
  TFE_NewContext: ['pointer', 'pointer', 'pointer'],
  TFE_ContextListDevices: ['pointer', 'pointer', 'pointer'],
  TF_DeviceListCount: ['int', 'pointer'],
  TF_DeviceListType: ['text', 'pointer', 'int', 'pointer'],
  TF_DeviceListName: ['text', 'pointer', 'int', 'pointer'],
  TF_DeleteDeviceList: ['void', 'pointer'],
  TFE_NewOp: ['pointer', 'pointer', 'data', 'pointer'],
  TFE_DeleteOp: ['void', 'pointer'],
  TFE_OpAddInput: ['void', 'pointer', 'pointer', 'pointer'],
  TFE_OpSetAttrString: ['void', 'pointer', 'data', 'data', 'size'],
  TFE_OpSetAttrInt: ['void', 'pointer', 'data', 'int64'],
  TFE_OpSetAttrIntList: ['void', 'pointer', 'data', 'data', 'int'],
  TFE_OpSetAttrFloat: ['void', 'pointer', 'data', 'float'],
  TFE_OpSetAttrFloatList: ['void', 'pointer', 'data', 'data', 'int'],
  TFE_OpSetAttrBool: ['void', 'pointer', 'data', 'uint8'],
  TFE_OpSetAttrBoolList: ['void', 'pointer', 'data', 'data', 'int'],
  TFE_OpSetAttrType: ['void', 'pointer', 'data', 'int'],
  TFE_OpSetAttrTypeList: ['void', 'pointer', 'data', 'data', 'int'],
  TFE_OpSetAttrShape: ['void', 'pointer', 'data', 'data', 'int', 'pointer'],
  TFE_Execute: ['void', 'pointer', 'data', 'data', 'pointer'],
  TFE_NewTensorHandle: ['pointer', 'pointer', 'pointer'],
  TFE_DeleteTensorHandle: ['void', 'pointer'],
  TFE_TensorHandleDataType: ['int', 'pointer'],
  TFE_TensorHandleNumDims: ['int', 'pointer', 'pointer'],
  TFE_TensorHandleDim: ['int64', 'pointer', 'int', 'pointer'],
  TFE_TensorHandleResolve: ['pointer', 'pointer', 'pointer'],
  TFE_TensorHandleCopyToDevice: ['pointer', 'pointer', 'pointer', 'text', 'pointer'],
  TF_AllocateTensor: ['pointer', 'int', 'data', 'int', 'size'],
  TF_DeleteTensor: ['void', 'pointer'],
  TF_TensorData: ['pointer', 'pointer'],
  TF_TensorByteSize: ['size', 'pointer'],
  TF_TensorElementCount: ['int64', 'pointer'],
  TF_StringInit: ['void', 'pointer'],
  TF_StringCopy: ['void', 'pointer', 'data', 'size'],
  TF_StringGetDataPointer: ['pointer', 'pointer'],
  TF_StringGetSize: ['size', 'pointer'],
} as const satisfies Record<string, Signature>

/** The C runtime's `memcpy` under two names: memory of ours is copied to an address, or filled from one. */
const C_RUNTIME = {
  copyIn: ['pointer', 'pointer', 'data', 'size'],
  copyOut: ['pointer', 'data', 'pointer', 'size'],
} as const satisfies Record<string, Signature>

type Arguments<S extends readonly unknown[]> = { [I in keyof S]: S[I] extends keyof Words ? Words[S[I]] : never }
type Callable<S extends Signature> = S extends readonly [infer R extends keyof Words, ...infer T extends (keyof Words)[]]
  ? (...args: Arguments<T>) => Words[R]
  : never
type Declared<Table extends Record<string, Signature>> = { readonly [Name in keyof Table]: Callable<Table[Name]> }

/** TensorFlow's C functions, and the copies to and from its memory. */
export type CLibrary = Declared<typeof TENSORFLOW> & Declared<typeof C_RUNTIME>

const C_TYPES: Record<keyof Words, string> = {
  void: 'void',
  int: 'int',
  uint8: 'uint8_t',
  int64: 'int64_t',
  size: 'size_t',
  float: 'float',
  // Addresses of user space stay below 2^53: plain numbers, no wrapper objects.
  pointer: 'uintptr_t',
  data: 'void *',
  text: 'str',
}

/** Kernels recurse deeply in the calling thread; koffi's own stack of 2 MiB is too small for them. */
const STACK_BYTES = 16 << 20

/** File names that a TensorFlow wheel has its C API under. */
export const LIBRARY_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libtensorflow_cc.so.2',
  darwin: 'libtensorflow_cc.2.dylib',
}

/**
 * Loads TensorFlow from the folder of its Python package.
 *
 * @throws DUALSEG_ENGINE_MISSING if the library does not load or lacks a function
 */
export function loadCLibrary(folder: string): CLibrary {
  const file = join(folder, LIBRARY_NAMES[process.platform] ?? '')
  try {
    koffi.config({ sync_stack_size: STACK_BYTES })
  } catch {
    // Another library was called through koffi before: the stack it has stays.
  }
  try {
    const runtime = koffi.load(process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6')
    keepLoaded(runtime, file)
    const tensorflow = koffi.load(file)
    const functions: Record<string, unknown> = {}
    for (const [name, signature] of Object.entries(TENSORFLOW)) functions[name] = declare(tensorflow, name, signature)
    for (const [name, signature] of Object.entries(C_RUNTIME)) functions[name] = declare(runtime, 'memcpy', signature)
    return functions as unknown as CLibrary
  } catch (cause) {
    throw dualsegError(
      'DUALSEG_ENGINE_MISSING',
      `tensorflow engine: ${file} does not load: ${(cause as Error).message}; reinstall it with \`pip install --force-reinstall tensorflow-cpu\``,
      { cause },
    )
  }
}

/**
 * Node unloads native libraries when it exits, and TensorFlow's threads would go on in memory that is gone: a crash after the last line. A library
 * opened with RTLD_NODELETE stays.
 */
function keepLoaded(runtime: ReturnType<typeof koffi.load>, file: string): void {
  const RTLD_LAZY = 1
  const RTLD_NODELETE = process.platform === 'darwin' ? 0x80 : 0x1000
  const open = declare(runtime, 'dlopen', ['pointer', 'text', 'int']) as (file: string, mode: number) => number
  open(file, RTLD_LAZY | RTLD_NODELETE)
}

function declare(library: ReturnType<typeof koffi.load>, name: string, [returns, ...takes]: Signature): unknown {
  return library.func(
    name,
    C_TYPES[returns],
    takes.map((word) => C_TYPES[word]),
  )
}
