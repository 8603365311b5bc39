/** Arrays that a safetensors file can carry; the array's type is the number type. */
export type SafetensorsArray = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array

/** One tensor, row-major. */
export interface SafetensorsEntry<Data extends SafetensorsArray = SafetensorsArray> {
  readonly shape: number[]
  readonly data: Data
}

/** Bytes of the little-endian header length that a file starts with. */
export const PREFIX_BYTES = 8

/** The reference implementation refuses larger headers, so that a false length cannot ask for all memory. */
export const MAX_HEADER_BYTES = 100_000_000

/** The name that is no tensor. */
export const METADATA_KEY = '__metadata__'
