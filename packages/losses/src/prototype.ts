import { conv3d, expectOptions } from '@dualseg/kernels'
import type { Tensor, Tensor1D, Tensor2D, Tensor5D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { inverseNorms } from './normalised-distance'
import { ownGradient } from './own-gradient'
import { requireMaskValues } from './requirements/known-values'
import { requireOneOf } from './requirements/options'
import { requireFloats, requireRank, requireVoxelShape } from './requirements/tensors'

/**
 * Mean feature vector of the voxels of a mask: `P = Σ_i m_i F_i / Σ_i m_i`.
 *
 * Source: LUSEG (features as they are); DualNet (L2-normalised, `F_i / |F_i|`; zero vectors stay zero and get no gradient).
 *
 * @param features [batch, x, y, z, channels]
 * @param mask [batch, x, y, z], 0 or 1; receives no gradient
 * @param options.normalise L2-normalise every voxel's vector first, default false
 * @returns [channels]; NaN for an empty mask
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for a mask that is not 0 or 1
 */
export function prototype(features: Tensor, mask: Tensor, options: { normalise?: boolean } = {}): Tensor1D {
  const where = 'prototype'
  requireFeatures(where, features)
  requireVoxelShape(where, 'features', features, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  expectOptions(where, options, ['normalise'])
  const { normalise = false } = options
  requireOneOf(where, 'normalise', normalise, [true, false])
  return tf.tidy(() => tf.squeeze<Tensor1D>(prototypes(features, [mask], normalise), [0]))
}

/** Throws unless it is a map of feature vectors. */
export function requireFeatures(where: string, features: Tensor): void {
  requireFloats(where, 'features', features)
  requireRank(where, 'features', features, 5, '[batch,x,y,z,channels]')
}

/** [masks, channels]: {@link prototype} of several masks with one pass back over the features, the largest tensor of all losses. */
export function prototypes(features: Tensor, masks: Tensor[], normalise: boolean): Tensor2D {
  const channels = features.shape[4] as number
  return ownGradient(
    [features],
    (save) => {
      const inverse = normalise ? inverseNorms(features) : null
      // Weights carry mask and norm, so that the normalised features are never written out.
      const weights = masks.map((mask) => {
        const column = tf.expandDims(tf.cast(mask, 'float32'), -1)
        return tf.div(inverse ? tf.mul(column, inverse) : column, tf.sum(column)) as Tensor5D
      })
      save([features, tf.concat(weights, -1), ...(inverse ? [inverse] : [])])
      return tf.stack(weights.map((weight) => tf.sum(tf.mul(features, weight), [0, 1, 2, 3]))) as Tensor2D
    },
    // d/dF_i = Σ_k w_ik (g_k - (g_k·f_i) f_i), with f_i = F_i / |F_i|; without normalisation only the first part.
    (dy, saved) => {
      const [kept, weights, inverse] = saved as [Tensor5D, Tensor5D, Tensor | undefined]
      // Both matrix products over the channels are 1x1x1 convolutions, which every engine does fast.
      const spread = conv3d(weights, tf.reshape(dy, [1, 1, 1, masks.length, channels]), null)
      if (!inverse) return [spread]
      const along = conv3d(kept, tf.reshape(tf.transpose(dy), [1, 1, 1, channels, masks.length]), null)
      const share = tf.mul(tf.sum(tf.mul(along, weights), -1, true), tf.square(inverse))
      return [tf.sub(spread, tf.mul(kept, share))]
    },
  )
}
