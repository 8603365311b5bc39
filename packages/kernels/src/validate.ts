import { Tensor } from '@tensorflow/tfjs-core'
import { dualsegError } from './errors'
import { found } from './found'
import { expectOneCore } from './one-core'

/** A shape as it stands in messages. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`
}

/**
 * @throws DUALSEG_VALUE unless it is a tensor that still exists
 * @throws DUALSEG_TWO_CORES if it may belong to another copy of tfjs-core
 */
export function expectTensor(where: string, name: string, value: unknown): asserts value is Tensor {
  // First, since a tensor of another copy is none of ours.
  expectOneCore(where)
  if (!(value instanceof Tensor)) {
    const remedy = typeof value === 'object' && value !== null && 'length' in value ? '; make one with tf.tensor' : ''
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}, expected a tensor${remedy}`)
  }
  if (value.isDisposed) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: ${name} ${shapeText(value.shape)} was disposed of, expected a live tensor; keep what a tidy makes with tf.keep`,
    )
  }
}

/** @throws DUALSEG_SHAPE unless the tensor has the rank, and numbers in it; `layout` names the axes, e.g. `[batch,x,y,z,channels]` */
export function expectRank(where: string, name: string, tensor: Tensor, rank: number, layout: string): void {
  expectTensor(where, name, tensor)
  if (tensor.rank !== rank) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(tensor.shape)} has rank ${tensor.rank}, expected ${layout}`,
    )
  }
  if (tensor.size === 0) {
    throw dualsegError('DUALSEG_SHAPE', `${where}: ${name} ${shapeText(tensor.shape)} is empty, expected 1 or more on each axis`)
  }
}

/** @throws DUALSEG_SHAPE unless the tensor has the shape; `reason` says where that shape comes from */
export function expectShape(where: string, name: string, tensor: Tensor, shape: readonly number[], reason: string): void {
  expectTensor(where, name, tensor)
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(tensor.shape)} does not match ${shapeText(shape)}, ${reason}`,
    )
  }
}

/** @throws DUALSEG_VALUE unless the tensor is float32 */
export function expectFloat(where: string, name: string, tensor: Tensor): void {
  expectTensor(where, name, tensor)
  if (tensor.dtype !== 'float32') {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${tensor.dtype}, expected float32; use tf.cast`)
  }
}

/** @throws DUALSEG_VALUE unless it is an object without other members than `names`: a misspelt one would silently be its default */
export function expectOptions(where: string, options: object, names: readonly string[], name = 'options'): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(options)}, expected an object with ${names.join(', ')}`)
  }
  for (const key of Object.keys(options)) {
    if (!names.includes(key)) {
      throw dualsegError('DUALSEG_VALUE', `${where}: ${name} has '${key}', expected ${names.join(', ')}`)
    }
  }
}

/** @throws DUALSEG_VALUE unless it is true or false */
export function expectFlag(where: string, name: string, value: boolean): void {
  if (typeof value !== 'boolean') {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}, expected true or false`)
  }
}

/** @throws DUALSEG_VALUE unless the number is whole and at least `low` */
export function expectWhole(where: string, name: string, value: number, low: number): void {
  if (!Number.isInteger(value) || value < low) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}, expected a whole number from ${low}`)
  }
}

/** @throws DUALSEG_VALUE unless the number is finite and within [low, high] */
export function expectNumber(where: string, name: string, value: number, low: number, high: number): void {
  if (!(Number.isFinite(value) && value >= low && value <= high)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(value)}, expected a number from ${low} to ${high}`)
  }
}
