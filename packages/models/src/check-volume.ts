import { dualsegError, expectTensor, found } from '@dualseg/kernels'
import type * as tf from '@tensorflow/tfjs-core'
import type { PatchSize } from './network'

/** Four halvings. */
const DIVISOR = 16

/**
 * Checks a network's input.
 *
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE
 */
export function checkVolume(where: string, x: tf.Tensor, channels: number): asserts x is tf.Tensor5D {
  expectTensor(where, 'input', x)
  const shape = `[${x.shape}]`
  if (x.dtype !== 'float32')
    throw dualsegError('DUALSEG_VALUE', `${where}: input ${shape} is ${x.dtype}, expected float32; cast it first`)
  if (x.rank !== 5)
    throw dualsegError('DUALSEG_SHAPE', `${where}: input ${shape} has ${x.rank} axes, expected [batch, x, y, z, ${channels}]`)
  if (x.shape[0] === 0) throw dualsegError('DUALSEG_SHAPE', `${where}: input ${shape} has an empty batch`)
  if (x.shape[4] !== channels) {
    throw dualsegError('DUALSEG_SHAPE', `${where}: input ${shape} has ${x.shape[4]} channels, expected ${channels}`)
  }
  checkPatch(where, x.shape.slice(1, 4) as [number, number, number], shape)
}

/**
 * Checks a spatial size.
 *
 * @throws DUALSEG_SHAPE
 */
export function checkPatch(
  where: string,
  patch: PatchSize,
  shown = Array.isArray(patch) ? `[${patch.map(found)}]` : found(patch),
): void {
  if (!Array.isArray(patch)) throw dualsegError('DUALSEG_VALUE', `${where}: patch is ${found(patch)}, expected [x, y, z]`)
  if (patch.length !== 3)
    throw dualsegError('DUALSEG_SHAPE', `${where}: patch ${shown} has ${patch.length} axes, expected x, y, z`)
  patch.forEach((length, axis) => {
    if (Number.isInteger(length) && length > 0 && length % DIVISOR === 0) return
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${shown} has ${found(length)} voxels along ${'xyz'[axis]}, expected a multiple of ${DIVISOR}; pad or crop the volume`,
    )
  })
}

/** Batch norm needs two values a channel at the deepest level, as in PyTorch: the variance of one is undefined. */
export function checkBatchStatistics(where: string, x: tf.Tensor5D): void {
  if (x.size / x.shape[4] > DIVISOR ** 3) return
  throw dualsegError(
    'DUALSEG_SHAPE',
    `${where}: training on [${x.shape}] leaves one value a channel at 1/${DIVISOR}, batch norm needs two; take a larger batch or patch`,
  )
}
