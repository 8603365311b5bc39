import { dualsegError } from '@dualseg/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { requireCount } from './numbers'
import { requireClasses, requireNumbers, requireVoxelShape } from './tensors'

/** Backends on which reading a tensor means waiting for a queue, if it is possible at all: values are not looked at there. */
const SLOW_TO_READ = new Set(['webgpu', 'webgl'])

// Only what is known by construction is remembered. What was merely looked at may change: the tensor may lie in an array of the caller's.
const highestLabel = new WeakMap<object, number>()
const goodMasks = new WeakSet<object>()

/**
 * Throws DUALSEG_VALUE if a label is not one of 0 ... classes - 1. The values are read in every call unless they are known; on backends that cannot
 * read at once (webgpu, webgl) they are taken on trust.
 */
export function requireLabelValues(where: string, name: string, labels: Tensor, classes: number): void {
  const known = highestLabel.get(labels.dataId)
  if (known === undefined && SLOW_TO_READ.has(tf.getBackend())) return
  const highest = known ?? highestOf(where, name, labels, classes)
  if (highest >= classes) throw labelError(where, name, highest, classes)
}

/** Throws unless `scores` has classes (DUALSEG_SHAPE) and `labels` one of them in every voxel (DUALSEG_SHAPE, DUALSEG_VALUE). Returns their number. */
export function requireLabelled(where: string, scoresName: string, scores: Tensor, labelsName: string, labels: Tensor): number {
  const classes = requireClasses(where, scoresName, scores)
  requireVoxelShape(where, scoresName, scores, labelsName, labels)
  requireLabelValues(where, labelsName, labels, classes)
  return classes
}

function highestOf(where: string, name: string, labels: Tensor, classes: number): number {
  let highest = 0
  const values = labels.dataSync()
  // Not for...of, which takes four times as long over a typed array.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value > highest) highest = value
    // Written so that NaN fails too.
    if (!(value >= 0 && value === Math.floor(value))) throw labelError(where, name, value, classes)
  }
  return highest
}

/** Throws DUALSEG_VALUE if a mask holds anything but 0 and 1, NaN above all. Read or known or taken on trust as labels are. */
export function requireMaskValues(where: string, name: string, mask: Tensor): void {
  if (goodMasks.has(mask.dataId) || SLOW_TO_READ.has(tf.getBackend())) return
  const values = mask.dataSync()
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw dualsegError('DUALSEG_VALUE', `${where}: ${name} holds the value ${values[i]}; expected 0 or 1 in every voxel`)
    }
  }
}

/**
 * Says of labels that they are integers from 0 to `highest`, so that no loss reads the tensor to see: reading may wait for a device. Taken on trust;
 * neither the tensor nor an array that it was made of may be changed afterwards.
 *
 * @param labels int32, float32 or bool
 * @param highest whole, 0 or more
 * @returns the same tensor
 * @throws DUALSEG_VALUE for what is no tensor or no whole number
 */
export function knownLabels<T extends Tensor>(labels: T, highest: number): T {
  requireNumbers('knownLabels', 'labels', labels)
  requireCount('knownLabels', 'highest', highest, 0)
  highestLabel.set(labels.dataId, highest)
  return labels
}

/**
 * As {@link knownLabels} for a mask that is 0 or 1 by construction.
 *
 * @param mask int32, float32 or bool
 * @returns the same tensor
 * @throws DUALSEG_VALUE for what is no tensor
 */
export function knownMask<T extends Tensor>(mask: T): T {
  requireNumbers('knownMask', 'mask', mask)
  goodMasks.add(mask.dataId)
  return mask
}

function labelError(where: string, name: string, value: number, classes: number): Error {
  return dualsegError(
    'DUALSEG_VALUE',
    `${where}: ${name} ${name.endsWith('s') ? 'hold' : 'holds'} the value ${value}; expected integers from 0 to ${classes - 1}`,
  )
}
