import { narrowVoxels, type StoredArray } from '../narrow-voxels'
import type { VoxelArray } from '../volume'
import type { Refuse } from './image-header'

/** How a file stores one voxel, and the array that holds it. */
const STORED = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

export type StoredType = keyof typeof STORED
export type ByteOrder = 'little' | 'big'

/** That of the machine. */
const OWN_ORDER: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big'

/** Value = slope * stored + intercept. */
export interface Scale {
  slope: number
  intercept: number
}

export function bytesOf(type: StoredType): number {
  return STORED[type].BYTES_PER_ELEMENT
}

/** The numbers that bytes stand for, in a volume's own type; scaled ones are float32. The bytes are taken over. */
export function decodeVoxels(
  bytes: Uint8Array<ArrayBuffer>,
  { type, order, scale }: { type: StoredType; order: ByteOrder; scale?: Scale },
  refuse: Refuse,
): VoxelArray {
  if (order !== OWN_ORDER) swapBytes(bytes, bytesOf(type))
  const stored: StoredArray = new STORED[type](bytes.buffer, bytes.byteOffset, bytes.length / bytesOf(type))
  if (scale === undefined) return narrowVoxels(stored, refuse)
  const { slope, intercept } = scale
  return narrowVoxels(
    Float32Array.from(stored as ArrayLike<number | bigint>, (value) => slope * Number(value) + intercept),
    refuse,
  )
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
}
