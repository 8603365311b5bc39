import { dualsegError } from '@dualseg/kernels'
import type { CLibrary } from './c-library'
import { type SessionConfig, sessionConfig } from './session-config'
import { type Binding, CONSTANTS, type OpAttr, type TensorMetadata } from './tfjs-node'

const { TF_FLOAT, TF_INT32, TF_STRING, TF_COMPLEX64, TF_INT64 } = CONSTANTS
const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE } = CONSTANTS

/** Bytes of a TF_TString. */
const STRING_BYTES = 24
/** More than any tensor has axes. */
const MOST_AXES = 64
/** More than most ops have outputs. */
const USUAL_OUTPUTS = 64

/** Opens TensorFlow's eager runtime and wraps it in the interface that the compiled addon of tfjs-node has. */
export function openBinding(c: CLibrary, config: SessionConfig): Binding {
  const status = c.TF_NewStatus()
  const check = () => {
    if (c.TF_GetCode(status) !== 0) throw new Error(c.TF_Message(status))
  }

  const options = c.TFE_NewContextOptions()
  const configBytes = sessionConfig(config)
  c.TFE_ContextOptionsSetConfig(options, configBytes, configBytes.length, status)
  check()
  const context = c.TFE_NewContext(options, status)
  check()
  c.TFE_DeleteContextOptions(options)
  const gpu = nameOfGpu()

  const handles = new Map<number, number>()
  let nextId = 0
  // Calls into TensorFlow are synchronous: one set of buffers serves all.
  let results = new BigUint64Array(USUAL_OUTPUTS)
  const resultCount = new Int32Array(1)
  const dims = new BigInt64Array(MOST_AXES)
  const noBytes = new Uint8Array(1)

  const cStrings = new Map<string, Uint8Array>()
  const encoder = new TextEncoder()
  /** A C string in memory that stays where it is; names of ops and attributes are few, so they are kept. */
  const cString = (text: string): Uint8Array => {
    let bytes = cStrings.get(text)
    if (!bytes) {
      const encoded = encoder.encode(text)
      bytes = new Uint8Array(new ArrayBuffer(encoded.length + 1))
      bytes.set(encoded)
      cStrings.set(text, bytes)
    }
    return bytes
  }
  const filledDims = (shape: readonly number[]): BigInt64Array => {
    for (const [i, n] of shape.entries()) dims[i] = BigInt(n)
    return dims
  }
  const orNone = (bytes: Uint8Array): Uint8Array => (bytes.length > 0 ? bytes : noBytes)

  function nameOfGpu(): string | undefined {
    const devices = c.TFE_ContextListDevices(context, status)
    check()
    let found: string | undefined
    for (let i = 0; i < c.TF_DeviceListCount(devices); i++) {
      if (c.TF_DeviceListType(devices, i, status) === 'GPU') found ??= c.TF_DeviceListName(devices, i, status)
    }
    c.TF_DeleteDeviceList(devices)
    return found
  }

  function handleOf(id: number): number {
    const handle = handles.get(id)
    if (handle === undefined) throw dualsegError('DUALSEG_USAGE', `tensorflow engine: native tensor ${id} is gone or never was`)
    return handle
  }

  function adopt(handle: number): number {
    handles.set(nextId, handle)
    return nextId++
  }

  function described(handle: number): TensorMetadata {
    const id = adopt(handle)
    const shape = Array.from({ length: c.TFE_TensorHandleNumDims(handle, status) }, (_, axis) =>
      c.TFE_TensorHandleDim(handle, axis, status),
    )
    check()
    return { id, shape, dtype: c.TFE_TensorHandleDataType(handle) }
  }

  function writeStrings(address: number, values: readonly (string | Uint8Array)[]): void {
    for (const [i, value] of values.entries()) {
      const bytes = typeof value === 'string' ? encoder.encode(value) : value
      const at = address + STRING_BYTES * i
      c.TF_StringInit(at)
      c.TF_StringCopy(at, orNone(bytes), bytes.length)
    }
  }

  function readStrings(address: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, i) => {
      const at = address + STRING_BYTES * i
      const bytes = new Uint8Array(c.TF_StringGetSize(at))
      if (bytes.length > 0) c.copyOut(bytes, c.TF_StringGetDataPointer(at), bytes.length)
      return bytes
    })
  }

  function setAttr(op: number, { name, type, value }: OpAttr): void {
    const key = cString(name)
    if (type === TF_ATTR_STRING) {
      const bytes = cString(value as string)
      // The last byte is the terminating zero.
      c.TFE_OpSetAttrString(op, key, bytes, bytes.length - 1)
    } else if (type === TF_ATTR_SHAPE) {
      const shape = value as number[]
      c.TFE_OpSetAttrShape(op, key, filledDims(shape), shape.length, status)
    } else if (Array.isArray(value)) {
      setListAttr(op, key, type, value)
    } else if (type === TF_ATTR_INT) c.TFE_OpSetAttrInt(op, key, value as number)
    else if (type === TF_ATTR_FLOAT) c.TFE_OpSetAttrFloat(op, key, value as number)
    else if (type === TF_ATTR_BOOL) c.TFE_OpSetAttrBool(op, key, value ? 1 : 0)
    else if (type === TF_ATTR_TYPE) c.TFE_OpSetAttrType(op, key, value as number)
    else
      throw dualsegError(
        'DUALSEG_VALUE',
        `tensorflow engine: attribute ${name} is of kind ${type}, which this engine does not know`,
      )
  }

  function setListAttr(op: number, key: Uint8Array, type: number, values: readonly number[]): void {
    const count = values.length
    if (type === TF_ATTR_INT) c.TFE_OpSetAttrIntList(op, key, filledDims(values), count)
    else if (type === TF_ATTR_FLOAT) c.TFE_OpSetAttrFloatList(op, key, Float32Array.from(values), count)
    else if (type === TF_ATTR_BOOL) c.TFE_OpSetAttrBoolList(op, key, Uint8Array.from(values, Number), count)
    else if (type === TF_ATTR_TYPE) c.TFE_OpSetAttrTypeList(op, key, Int32Array.from(values), count)
    else
      throw dualsegError('DUALSEG_VALUE', `tensorflow engine: a list attribute of kind ${type}, which this engine does not know`)
  }

  const noSavedModels = (): never => {
    throw dualsegError('DUALSEG_USAGE', 'tensorflow engine: SavedModels need the compiled addon of tfjs-node')
  }

  return {
    ...CONSTANTS,
    TF_Version: c.TF_Version(),
    createTensor(shape, dtype, values) {
      const strings = dtype === TF_STRING ? (values as string[] | Uint8Array[]) : undefined
      const numbers = values as Float32Array | Int32Array | Uint8Array
      const bytes = strings ? strings.length * STRING_BYTES : numbers.byteLength
      const tensor = c.TF_AllocateTensor(dtype, filledDims(shape), shape.length, bytes)
      if (tensor === 0) throw dualsegError('DUALSEG_VALUE', `tensorflow engine: no memory for a tensor of ${bytes} bytes`)
      const address = c.TF_TensorData(tensor)
      if (strings) writeStrings(address, strings)
      else if (bytes > 0) c.copyIn(address, numbers, bytes)
      const handle = c.TFE_NewTensorHandle(tensor, status)
      c.TF_DeleteTensor(tensor)
      check()
      // As the compiled addon: whole numbers stay on the host, most of them are shapes and axes.
      if (!gpu || strings || dtype === TF_INT32) return adopt(handle)
      const onGpu = c.TFE_TensorHandleCopyToDevice(handle, context, gpu, status)
      c.TFE_DeleteTensorHandle(handle)
      check()
      return adopt(onGpu)
    },
    deleteTensor(id) {
      c.TFE_DeleteTensorHandle(handleOf(id))
      handles.delete(id)
    },
    tensorDataSync(id) {
      const handle = handleOf(id)
      const dtype = c.TFE_TensorHandleDataType(handle)
      const tensor = c.TFE_TensorHandleResolve(handle, status)
      check()
      try {
        const address = c.TF_TensorData(tensor)
        if (dtype === TF_STRING) return readStrings(address, c.TF_TensorElementCount(tensor))
        const bytes = new Uint8Array(c.TF_TensorByteSize(tensor))
        if (bytes.length > 0) c.copyOut(bytes, address, bytes.length)
        return asType(bytes, dtype)
      } finally {
        c.TF_DeleteTensor(tensor)
      }
    },
    executeOp(name, attrs, inputs, outputs) {
      const op = c.TFE_NewOp(context, cString(name), status)
      check()
      try {
        for (const id of inputs) c.TFE_OpAddInput(op, handleOf(id), status)
        check()
        for (const attr of attrs) setAttr(op, attr)
        if (outputs > results.length) results = new BigUint64Array(outputs)
        resultCount[0] = outputs
        c.TFE_Execute(op, results, resultCount, status)
        check()
      } finally {
        c.TFE_DeleteOp(op)
      }
      return Array.from({ length: resultCount[0]! }, (_, i) => described(Number(results[i])))
    },
    getNumOfTensors: () => handles.size,
    isUsingGpuDevice: () => gpu !== undefined,
    loadSavedModel: noSavedModels,
    deleteSavedModel: noSavedModels,
    runSavedModel: noSavedModels,
    getNumOfSavedModels: () => 0,
  }
}

function asType({ buffer }: Uint8Array<ArrayBuffer>, dtype: number): Float32Array | Int32Array | Uint8Array | BigInt64Array {
  switch (dtype) {
    case TF_FLOAT:
    case TF_COMPLEX64:
      return new Float32Array(buffer)
    case TF_INT32:
      return new Int32Array(buffer)
    case TF_INT64:
      return new BigInt64Array(buffer)
    default:
      return new Uint8Array(buffer)
  }
}
