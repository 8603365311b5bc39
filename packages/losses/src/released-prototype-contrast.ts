import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isClass } from './foreground'
import { gatherVoxels } from './gather-voxels'
import { meanNormalisedDistance } from './normalised-distance'
import { constantOf } from './own-gradient'
import { prototypes, requireFeatures } from './prototype'
import { type Candidates, requireCandidates } from './prototype-contrast'
import { requireLabelValues } from './requirements/known-values'
import { requireVoxelShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Prototype contrast as LUSEG's released code computes it: the distances of the candidates from their class prototype and of the prototypes
 * from each other. The released sum adds all three, which draws the prototypes together, and is evaluated without a gradient.
 *
 * @param features [batch, x, y, z, channels], not normalised
 * @param target [batch, x, y, z], 1 or 0: trusted foreground or background, 2: ignored; receives no gradient
 * @param candidates voxels of background and foreground that are compared with the prototypes; an empty class gives NaN, as a mean of nothing, with gradient 0
 * @returns the three distances, 0 to 2 each
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for other targets or indices outside the volume
 */
export function releasedPrototypeContrast(
  features: Tensor,
  target: Tensor,
  candidates: Candidates,
): { foreground: Scalar; background: Scalar; prototypes: Scalar } {
  const where = 'releasedPrototypeContrast'
  requireFeatures(where, features)
  requireVoxelShape(where, 'features', features, 'target', target)
  requireLabelValues(where, 'target', target, 3)
  requireCandidates(where, 'candidates', features, candidates)
  const [ofBackground, ofForeground] = candidates as [Int32Array, Int32Array]
  return tf.tidy(() => {
    // Each by itself: the gradient of a class without voxels is NaN, and must not reach the other's.
    const [foreground, background] = [1, 0].map((label) => {
      const mask = withoutGradient(() => isClass(target, label))
      return tf.squeeze<Tensor1D>(prototypes(features, [mask], false), [0])
    }) as [Tensor1D, Tensor1D]
    const distance = (voxels: Int32Array, centre: Tensor1D) =>
      voxels.length === 0 ? constantOf(Number.NaN, features) : meanNormalisedDistance(gatherVoxels(features, voxels), centre)
    return {
      foreground: distance(ofForeground, foreground),
      background: distance(ofBackground, background),
      prototypes: meanNormalisedDistance(tf.reshape(foreground, [1, foreground.size]) as Tensor2D, background),
    }
  })
}
