import { dualsegError, found } from '@dualseg/kernels'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { requireFloats, requireRank, shapeText } from './requirements/tensors'

/**
 * The feature vectors of some voxels.
 *
 * @param features [batch, x, y, z, channels]
 * @param voxels flat indices, row-major over batch, x, y, z
 * @returns [voxels, channels]; the gradient goes back to those voxels and adds up where an index repeats
 * @throws DUALSEG_VALUE for an index outside the volume
 */
export function gatherVoxels(features: Tensor, voxels: Int32Array): Tensor2D {
  const where = 'gatherVoxels'
  requireFloats(where, 'features', features)
  requireRank(where, 'features', features, 5, '[batch,x,y,z,channels]')
  requireVoxels(where, 'voxels', features, voxels)
  const channels = features.shape[4] as number
  const count = features.size / channels
  return ownGradient(
    [features],
    () => tf.gather(tf.reshape(features, [count, channels]), tf.tensor1d(voxels, 'int32')) as Tensor2D,
    (dy) => {
      const places = tf.tensor2d(voxels, [voxels.length, 1], 'int32')
      return [tf.reshape(tf.scatterND(places, dy, [count, channels]), features.shape)]
    },
  )
}

/** Throws DUALSEG_VALUE unless they are flat indices of voxels of `features`. */
export function requireVoxels(where: string, name: string, features: Tensor, voxels: Int32Array): void {
  if (!(voxels instanceof Int32Array)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(voxels)}; expected an Int32Array of voxel indices`)
  }
  const count = features.size / (features.shape[features.rank - 1] as number)
  for (const index of voxels) {
    if (index < 0 || index >= count) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: voxel ${index} does not exist; features ${shapeText(features.shape)} hold voxels 0 to ${count - 1}`,
      )
    }
  }
}
