import { dualsegError, expectOneCore } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

/** Backends on which reading a tensor means waiting for a queue, if it is possible at all: label values are not looked at there. */
const SLOW_TO_READ = new Set(['webgpu', 'webgl'])

/** Highest value of label tensors already looked at, so that ten losses of one batch read its labels once. */
const highestLabel = new WeakMap<object, number>()

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`
}

/** Throws DUALSEG_SHAPE if the two shapes differ. */
export function requireSameShape(where: string, firstName: string, first: Tensor, secondName: string, second: Tensor): void {
  expectOneCore(where)
  if (!tf.util.arraysEqual(first.shape, second.shape)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${secondName} ${shapeText(second.shape)} does not match ${firstName} ${shapeText(first.shape)}; both must have the same shape`,
    )
  }
}

/** Throws DUALSEG_SHAPE unless `map` has the shape of `scores` without its last (class) axis. */
export function requireVoxelShape(where: string, scoresName: string, scores: Tensor, mapName: string, map: Tensor): void {
  expectOneCore(where)
  if (!tf.util.arraysEqual(scores.shape.slice(0, -1), map.shape)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${mapName} ${shapeText(map.shape)} does not match ${scoresName} ${shapeText(scores.shape)}; expected ${shapeText(scores.shape.slice(0, -1))}, one value a voxel`,
    )
  }
}

/** Throws DUALSEG_SHAPE unless the last axis holds at least two classes. */
export function requireClasses(where: string, name: string, scores: Tensor): number {
  expectOneCore(where)
  const classes = scores.shape[scores.rank - 1] ?? 0
  if (scores.rank < 2 || classes < 2) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} ${shapeText(scores.shape)} has no class axis; expected [..., classes] with at least 2 classes`,
    )
  }
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

/** Throws DUALSEG_VALUE for NaN and infinities, and for what lies below `least`. */
export function requireFinite(where: string, name: string, value: number, least = Number.NEGATIVE_INFINITY): void {
  if (!Number.isFinite(value) || value < least) {
    const bound = least === Number.NEGATIVE_INFINITY ? '' : ` of at least ${least}`
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${value}; expected a finite number${bound}`)
  }
}

/** Throws DUALSEG_VALUE unless `value` is a finite number above zero. */
export function requirePositive(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${value}; expected a finite number above 0`)
  }
}

/**
 * Throws DUALSEG_VALUE if a label is not one of 0 ... classes - 1. The values of a tensor are read once; on backends that cannot read
 * at once (webgpu, webgl) they are taken on trust.
 */
export function requireLabelValues(where: string, labels: Tensor, classes: number): void {
  let highest = highestLabel.get(labels.dataId)
  if (highest === undefined) {
    if (SLOW_TO_READ.has(tf.getBackend())) return
    highest = 0
    const values = labels.dataSync()
    // Not for...of, which takes four times as long over a typed array.
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (value > highest) highest = value
      // Written so that NaN fails too.
      if (!(value >= 0 && value === Math.floor(value))) throw labelError(where, value, classes)
    }
    highestLabel.set(labels.dataId, highest)
  }
  if (highest >= classes) throw labelError(where, highest, classes)
}

/** Masks already looked at. */
const goodMasks = new WeakSet<object>()

/** Throws DUALSEG_VALUE if a mask holds anything but 0 and 1, NaN above all. Read once and taken on trust like the labels. */
export function requireMaskValues(where: string, mask: Tensor): void {
  if (goodMasks.has(mask.dataId) || SLOW_TO_READ.has(tf.getBackend())) return
  const values = mask.dataSync()
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw dualsegError('DUALSEG_VALUE', `${where}: mask holds the value ${values[i]}; expected 0 or 1 in every voxel`)
    }
  }
  goodMasks.add(mask.dataId)
}

/**
 * Says of labels that they are integers from 0 to `highest`, so that no loss reads the tensor to see: reading may wait for a device. Taken on trust.
 *
 * @returns the same tensor
 */
export function knownLabels<T extends Tensor>(labels: T, highest: number): T {
  highestLabel.set(labels.dataId, highest)
  return labels
}

/** As {@link knownLabels} for a mask that is 0 or 1 by construction. */
export function knownMask<T extends Tensor>(mask: T): T {
  goodMasks.add(mask.dataId)
  return mask
}

function labelError(where: string, value: number, classes: number): Error {
  return dualsegError('DUALSEG_VALUE', `${where}: labels hold the value ${value}; expected integers from 0 to ${classes - 1}`)
}
