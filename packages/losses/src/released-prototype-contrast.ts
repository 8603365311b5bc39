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
 * from each other. The released sum adds all three, which draws the prototypes together, and is evaluated without a gradient. Of more than two classes the foreground's
 * is the mean over its classes, the prototypes' the mean over the pairs.
 *
 * @param features [batch, x, y, z, channels], not normalised
 * @param target [batch, x, y, z], 0 ... classes - 1: trusted, classes (of two, 2): ignored; receives no gradient
 * @param candidates voxels that are compared with the prototypes, a list a class; an empty class gives NaN, as a mean of nothing, with gradient 0
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
  requireCandidates(where, 'candidates', features, candidates)
  requireLabelValues(where, 'target', target, candidates.length + 1)
  return tf.tidy(() => {
    // Each by itself: the gradient of a class without voxels is NaN, and must not reach the other's.
    const centres = candidates.map((_, label) => {
      const mask = withoutGradient(() => isClass(target, label))
      return tf.squeeze<Tensor1D>(prototypes(features, [mask], false), [0])
    })
    const [background, ...foreground] = candidates.map((voxels, label) =>
      voxels.length === 0
        ? constantOf(Number.NaN, features)
        : meanNormalisedDistance(gatherVoxels(features, voxels), centres[label]!),
    ) as [Scalar, ...Scalar[]]
    const pairs = centres.flatMap((second, label) =>
      centres.slice(label + 1).map((first) => meanNormalisedDistance(tf.reshape(first, [1, first.size]) as Tensor2D, second)),
    )
    return { foreground: meanOf(foreground), background, prototypes: meanOf(pairs) }
  })
}

function meanOf(values: readonly Scalar[]): Scalar {
  return values.length === 1 ? values[0]! : tf.div<Scalar>(tf.addN([...values]), values.length)
}
