import { dualsegError, expectTensor, found } from '@dualseg/kernels'
import type { DataType, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`
}

/** Throws DUALSEG_VALUE for what is no tensor of numbers, DUALSEG_SHAPE for one without any. */
export function requireNumbers(where: string, name: string, tensor: Tensor): void {
  expectTensor(where, name, tensor)
  requireType(where, name, tensor, 'float32', 'int32', 'bool')
}

/** Throws DUALSEG_VALUE for what is no tensor of float32, DUALSEG_SHAPE for one without any number. */
export function requireFloats(where: string, name: string, tensor: Tensor): void {
  expectTensor(where, name, tensor)
  requireType(where, name, tensor, 'float32')
}

function requireType(where: string, name: string, tensor: Tensor, ...types: DataType[]): void {
  if (!types.includes(tensor.dtype)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${tensor.dtype}; expected ${types.join(' or ')}, use tf.cast`)
  }
  if (tensor.size === 0) {
    throw dualsegError('DUALSEG_SHAPE', `${where}: ${name} ${shapeText(tensor.shape)} is empty; expected at least one voxel`)
  }
}

/** Throws DUALSEG_SHAPE unless the tensor has the rank; `layout` names its axes. */
export function requireRank(where: string, name: string, tensor: Tensor, rank: number, layout: string): void {
  if (tensor.rank !== rank) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(tensor.shape)} has rank ${tensor.rank}; expected ${layout}`,
    )
  }
}

/** Throws DUALSEG_SHAPE unless `second` is a tensor of the shape of `first`. */
export function requireSameShape(where: string, firstName: string, first: Tensor, secondName: string, second: Tensor): void {
  requireNumbers(where, secondName, second)
  if (!tf.util.arraysEqual(first.shape, second.shape)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${secondName} ${shapeText(second.shape)} does not match ${firstName} ${shapeText(first.shape)}; both must have the same shape`,
    )
  }
}

/** As {@link requireSameShape} for two tensors of float32. */
export function requireSameFloats(where: string, firstName: string, first: Tensor, secondName: string, second: Tensor): void {
  requireFloats(where, firstName, first)
  requireFloats(where, secondName, second)
  requireSameShape(where, firstName, first, secondName, second)
}

/** Throws DUALSEG_SHAPE unless `map` is a tensor of the shape of `scores` without its last (class) axis. */
export function requireVoxelShape(where: string, scoresName: string, scores: Tensor, mapName: string, map: Tensor): void {
  requireNumbers(where, mapName, map)
  if (!tf.util.arraysEqual(scores.shape.slice(0, -1), map.shape)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${mapName} ${shapeText(map.shape)} does not match ${scoresName} ${shapeText(scores.shape)}; expected ${shapeText(scores.shape.slice(0, -1))}, one value a voxel`,
    )
  }
}

/** Throws DUALSEG_SHAPE unless the last axis holds at least two classes, of float32. */
export function requireClasses(where: string, name: string, scores: Tensor): number {
  requireFloats(where, name, scores)
  const classes = scores.shape[scores.rank - 1] ?? 0
  if (scores.rank < 2 || classes < 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(scores.shape)} has no class axis; expected [..., classes] with at least 2 classes`,
    )
  }
  return classes
}

/** As {@link requireClasses} for two tensors of the same shape. */
export function requireSameClasses(where: string, firstName: string, first: Tensor, secondName: string, second: Tensor): number {
  const classes = requireClasses(where, firstName, first)
  requireSameFloats(where, firstName, first, secondName, second)
  return classes
}

/** Throws DUALSEG_SHAPE unless the last axis holds exactly background and foreground. */
export function requireTwoClasses(where: string, name: string, scores: Tensor): void {
  if (requireClasses(where, name, scores) !== 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(scores.shape)} has ${scores.shape[scores.rank - 1]} classes; it is defined for background and foreground, expected [..., 2]`,
    )
  }
}

/** Throws DUALSEG_SHAPE unless the last axis holds one channel, of float32. */
export function requireOneChannel(where: string, name: string, map: Tensor): void {
  requireFloats(where, name, map)
  if (map.shape[map.rank - 1] !== 1) {
    throw dualsegError('DUALSEG_SHAPE', `${where}: ${name} ${shapeText(map.shape)} has no single channel; expected [..., 1]`)
  }
}

/** Throws DUALSEG_VALUE unless it is a list of at least `least` tensors; `what` they are in the message. */
export function requireList(where: string, name: string, list: readonly Tensor[], what: string, least: number): void {
  if (!Array.isArray(list))
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(list)}; expected an array of tensors`)
  if (list.length < least) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${list.length} ${what} were given; expected at least ${least}`)
  }
}
