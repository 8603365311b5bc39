import { dualsegError, expectOptions, found } from '@dualseg/kernels'
import { narrowToFloat16 } from './half-precision'
import { MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES, type SafetensorsArray, type SafetensorsEntry } from './safetensors-types'

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** Text to keep in the file. @default `{ format: 'pt' }`, which PyTorch tools look for */
  metadata?: Record<string, string>
  /** Float32 tensors to be kept in half precision (F16), by name: each value the nearest that it has. @default none */
  halves?: ReadonlySet<string>
}

/**
 * A safetensors file: header length, JSON header, values (https://github.com/huggingface/safetensors, format section).
 *
 * The header keeps the map's order. Values lie by falling number size, as the reference writer lays them, so that each tensor
 * is aligned to its own numbers. Same input, same bytes.
 *
 * @throws DUALSEG_SHAPE if a shape does not match its number of values, DUALSEG_VALUE for a name or type the format lacks, or a value beyond half precision
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  options: WriteSafetensorsOptions = {},
): Uint8Array {
  expectOptions('writeSafetensors', options, ['metadata', 'halves'])
  const { metadata = { format: 'pt' }, halves } = options
  checkMetadata(metadata)
  if (!(tensors instanceof Map)) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `writeSafetensors: tensors is ${found(tensors)}, expected a Map of names to { shape, data }`,
    )
  }
  const entries = [...tensors].map(([name, entry]) => {
    const checked = checkEntry(name, entry)
    return halves?.has(name) ? inHalf(checked) : checked
  })
  const offsets = new Map<string, [number, number]>()
  let end = 0
  for (const { name, data } of [...entries].sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)) {
    offsets.set(name, [end, end + data.byteLength])
    end += data.byteLength
  }

  const fields = entries.map(({ name, dtype, shape }) => field(name, { dtype, shape, data_offsets: offsets.get(name) }))
  if (Object.keys(metadata).length > 0) fields.unshift(field(METADATA_KEY, metadata))
  const json = new TextEncoder().encode(`{${fields.join(',')}}`)
  // Spaces up to a multiple of 8 keep the values aligned in the file.
  const headerBytes = Math.ceil(json.length / 8) * 8
  if (headerBytes > MAX_HEADER_BYTES) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `writeSafetensors: the header would have ${headerBytes} bytes, the format allows ${MAX_HEADER_BYTES}`,
    )
  }

  const bytes = new Uint8Array(PREFIX_BYTES + headerBytes + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes)
  bytes.set(json, PREFIX_BYTES)
  for (const { name, data } of entries) {
    const start = PREFIX_BYTES + headerBytes + offsets.get(name)![0]
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start)
  }
  return bytes
}

/** Fields are joined by hand: an object would reorder names that look like numbers. */
function field(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`
}

function checkMetadata(metadata: Record<string, string>): void {
  const isRecord = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  if (isRecord && Object.values(metadata).every((text) => typeof text === 'string')) return
  throw dualsegError('DUALSEG_VALUE', `writeSafetensors: metadata is ${found(metadata)}, expected an object of texts`)
}

function checkEntry(name: string, entry: SafetensorsEntry) {
  if (typeof name !== 'string' || typeof entry !== 'object' || entry === null || !Array.isArray(entry.shape)) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `writeSafetensors: ${found(name)} is ${found(entry)}, expected a name with { shape, data }`,
    )
  }
  const { shape, data } = entry
  const dtype = dtypeOf(data)
  if (name === METADATA_KEY) throw dualsegError('DUALSEG_VALUE', `writeSafetensors: a tensor cannot be called ${METADATA_KEY}`)
  if (!dtype) throw dualsegError('DUALSEG_VALUE', `writeSafetensors: ${name} is no typed array of a kind that the format knows`)
  const size = shape.reduce((product, n) => product * n, 1)
  if (size !== data.length || shape.some((n) => !Number.isInteger(n) || n < 0)) {
    throw dualsegError('DUALSEG_SHAPE', `writeSafetensors: ${name} has shape [${shape}] and ${data.length} values`)
  }
  return { name, dtype, shape, data }
}

function inHalf({ name, dtype, shape, data }: ReturnType<typeof checkEntry>) {
  if (!(data instanceof Float32Array))
    throw dualsegError('DUALSEG_VALUE', `writeSafetensors: ${name} is ${dtype}, expected F32 for half precision`)
  const halves = narrowToFloat16(data)
  const beyond = data.findIndex((value, i) => Number.isFinite(value) && (halves[i]! & 0x7fff) === 0x7c00)
  if (beyond >= 0)
    throw dualsegError(
      'DUALSEG_VALUE',
      `writeSafetensors: value ${beyond} of ${name} is ${data[beyond]}, beyond half precision; keep it in float32`,
    )
  return { name, dtype: 'F16', shape, data: halves }
}

function dtypeOf(data: SafetensorsArray): string | undefined {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  if (data instanceof BigInt64Array) return 'I64'
  if (data instanceof Int32Array) return 'I32'
  if (data instanceof Int16Array) return 'I16'
  if (data instanceof Int8Array) return 'I8'
  if (data instanceof Uint8Array) return 'U8'
  return undefined
}
