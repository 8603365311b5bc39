import { dualsegError, found } from '@dualseg/kernels'
import { widenBfloat16, widenFloat16 } from './half-precision'
import { MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES, type SafetensorsArray, type SafetensorsEntry } from './safetensors-types'

interface Tensor {
  name: string
  type: NumberType
  shape: number[]
  start: number
  end: number
}

interface NumberType {
  bytes: number
  /** From bytes that start at offset 0 of their buffer. */
  values: (buffer: ArrayBuffer) => SafetensorsArray
}

const TYPES: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['F64', { bytes: 8, values: (buffer) => new Float64Array(buffer) }],
  ['F32', { bytes: 4, values: (buffer) => new Float32Array(buffer) }],
  ['F16', { bytes: 2, values: (buffer) => widenFloat16(new Uint16Array(buffer)) }],
  ['BF16', { bytes: 2, values: (buffer) => widenBfloat16(new Uint16Array(buffer)) }],
  ['I64', { bytes: 8, values: (buffer) => new BigInt64Array(buffer) }],
  ['I32', { bytes: 4, values: (buffer) => new Int32Array(buffer) }],
  ['I16', { bytes: 2, values: (buffer) => new Int16Array(buffer) }],
  ['I8', { bytes: 1, values: (buffer) => new Int8Array(buffer) }],
  ['U8', { bytes: 1, values: (buffer) => new Uint8Array(buffer) }],
  ['BOOL', { bytes: 1, values: (buffer) => new Uint8Array(buffer) }],
])

/**
 * Reads a safetensors file in the header's order. Half-precision values (F16, BF16) come as Float32Array, BOOL as Uint8Array of 0
 * and 1. Everything is checked before a value is touched: lengths, offsets, that tensors neither overlap nor leave holes.
 *
 * @param bytes the whole file; the result is a copy
 * @throws DUALSEG_DATA for a file that is cut off, damaged or of a number type not known here
 */
export function readSafetensors(bytes: Uint8Array): Map<string, SafetensorsEntry> {
  const { tensors, dataStart } = readHeader('readSafetensors', bytes)
  return new Map(
    tensors.map(({ name, type, shape, start, end }) => {
      const copy = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end))
      return [name, { shape, data: type.values(copy.buffer) }]
    }),
  )
}

/**
 * The text entries of a safetensors file.
 *
 * @throws DUALSEG_DATA as {@link readSafetensors}
 */
export function readSafetensorsMetadata(bytes: Uint8Array): Record<string, string> {
  return readHeader('readSafetensorsMetadata', bytes).metadata
}

function readHeader(where: string, bytes: Uint8Array) {
  if (!(bytes instanceof Uint8Array)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: bytes is ${found(bytes)}, expected a Uint8Array of the whole file`)
  }
  if (bytes.length < PREFIX_BYTES)
    damaged(`the file has ${bytes.length} bytes, not even the ${PREFIX_BYTES} of the header's length`)
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true)
  if (headerBytes > BigInt(MAX_HEADER_BYTES)) {
    damaged(`the header claims ${headerBytes} bytes, at most ${MAX_HEADER_BYTES} are allowed; is this a safetensors file?`)
  }
  const dataStart = PREFIX_BYTES + Number(headerBytes)
  if (dataStart > bytes.length)
    damaged(`the header claims ${headerBytes} bytes, the file ends after ${bytes.length}; it is cut off`)
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart))
  const metadata = checkMetadata(header[METADATA_KEY])
  const tensors = Object.entries(header)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, value]) => checkTensor(name, value))
  checkCoverage(tensors, bytes.length - dataStart)
  return { tensors, metadata, dataStart }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    damaged('the header is not JSON', cause)
  }
  if (!isRecord(header)) damaged('the header is not a JSON object')
  return header
}

function checkMetadata(value: unknown = {}): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    damaged(`${METADATA_KEY} is not an object of strings`)
  }
  return value as Record<string, string>
}

function checkTensor(name: string, value: unknown): Tensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {}
  const type = typeof dtype === 'string' ? TYPES.get(dtype) : undefined
  if (!type) damaged(`${name} has the number type ${JSON.stringify(dtype)}, known are ${[...TYPES.keys()].join(', ')}`)
  if (!isCounts(shape)) damaged(`${name} has the shape ${JSON.stringify(shape)}`)
  if (!isCounts(offsets) || offsets.length !== 2) damaged(`${name} has the offsets ${JSON.stringify(offsets)}`)
  const [start, end] = offsets as [number, number]
  const wanted = shape.reduce((product, n) => product * n, type.bytes)
  if (end - start !== wanted)
    damaged(`${name} lies from ${start} to ${end}, its shape [${shape}] of ${String(dtype)} takes ${wanted} bytes`)
  return { name, type, shape, start, end }
}

/** Every byte belongs to exactly one tensor; that also finds a name that occurs twice. */
function checkCoverage(tensors: readonly Tensor[], dataBytes: number): void {
  let end = 0
  for (const tensor of [...tensors].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (tensor.start < end) damaged(`${tensor.name} starts at ${tensor.start}, inside the tensor before it, which ends at ${end}`)
    if (tensor.start > end) damaged(`bytes ${end} to ${tensor.start} belong to no tensor`)
    end = tensor.end
  }
  if (end > dataBytes) damaged(`the tensors take ${end} bytes, ${dataBytes} are there; the file is cut off`)
  if (end < dataBytes) damaged(`bytes ${end} to ${dataBytes} belong to no tensor`)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function damaged(what: string, cause?: unknown): never {
  throw dualsegError('DUALSEG_DATA', `readSafetensors: ${what}`, { cause })
}
