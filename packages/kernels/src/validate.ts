import type { Tensor } from '@tensorflow/tfjs-core'
import { dualsegError } from './errors'

/** A shape as it stands in messages. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`
}

/** @throws DUALSEG_SHAPE unless the tensor has the rank; `layout` names the axes, e.g. `[batch,x,y,z,channels]` */
export function expectRank(where: string, name: string, tensor: Tensor, rank: number, layout: string): void {
  if (tensor.rank !== rank) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(tensor.shape)} has rank ${tensor.rank}, expected ${layout}`,
    )
  }
}

/** @throws DUALSEG_SHAPE unless the tensor has the shape; `reason` says where that shape comes from */
export function expectShape(where: string, name: string, tensor: Tensor, shape: readonly number[], reason: string): void {
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(tensor.shape)} does not match ${shapeText(shape)}, ${reason}`,
    )
  }
}

/** @throws DUALSEG_VALUE unless the tensor is float32 */
export function expectFloat(where: string, name: string, tensor: Tensor): void {
  if (tensor.dtype !== 'float32') {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${tensor.dtype}, expected float32; use tf.cast`)
  }
}

/** @throws DUALSEG_VALUE unless the number is whole and at least `low` */
export function expectWhole(where: string, name: string, value: number, low: number): void {
  if (!Number.isInteger(value) || value < low) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${value}, expected a whole number from ${low}`)
  }
}

/** @throws DUALSEG_VALUE unless the number is finite and within [low, high] */
export function expectNumber(where: string, name: string, value: number, low: number, high: number): void {
  if (!(Number.isFinite(value) && value >= low && value <= high)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${value}, expected a number from ${low} to ${high}`)
  }
}
