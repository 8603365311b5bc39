import { dualsegError, found, stopGradient } from '@dualseg/kernels'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isClass } from './foreground'
import { gatherVoxels, requireVoxels } from './gather-voxels'
import { meanDistance, normaliseRows } from './normalised-distance'
import { constantOf } from './own-gradient'
import { prototypes, requireFeatures } from './prototype'
import { requireLabelValues, requireMaskValues } from './requirements/known-values'
import { requireSameShape, requireVoxelShape } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/** Flat voxel indices (row-major over batch, x, y, z) per class. */
export interface Candidates {
  foreground: Int32Array
  background: Int32Array
}

/** Throws DUALSEG_VALUE unless there are voxels of `features` for each class. */
export function requireCandidates(where: string, name: string, features: Tensor, candidates: Candidates): void {
  if (typeof candidates !== 'object' || candidates === null || Array.isArray(candidates)) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: ${name} is ${found(candidates)}; expected { foreground, background }, as drawCandidates gives them`,
    )
  }
  for (const of of ['foreground', 'background'] as const) requireVoxels(where, `${name}.${of}`, features, candidates[of])
}

/**
 * Prototype contrast that draws uncertain voxels to the prototype of their class and pushes the prototypes apart. With f the L2-normalised
 * features and P_c the mean of f over the valid voxels of class c:
 * `mean_{i uncertain fg} |f_i - sg P_1| + mean_{i uncertain bg} |f_i - sg P_0| + (2 - |P_1 - P_0|)`.
 * A class without valid or without uncertain voxels drops its part; without either prototype the last part is dropped.
 *
 * Source: LUSEG and DualNet (Eq. 10 and 11), with a bounded separation: the released code adds |P_1 - P_0| instead.
 *
 * @param features [batch, x, y, z, channels], the stage-9 map before its dropout
 * @param target [batch, x, y, z], 0 or 1, the pseudo label; receives no gradient
 * @param valid [batch, x, y, z], 0 or 1, from `validMask`; receives no gradient
 * @param uncertain voxels outside `valid`, from `drawCandidates`
 * @returns scalar, 0 to 6
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for other targets or indices outside the volume
 */
export function prototypeContrast(features: Tensor, target: Tensor, valid: Tensor, uncertain: Candidates): Scalar {
  const where = 'prototypeContrast'
  requireFeatures(where, features)
  requireVoxelShape(where, 'features', features, 'target', target)
  requireSameShape(where, 'target', target, 'valid', valid)
  requireLabelValues(where, 'target', target, 2)
  requireMaskValues(where, 'valid', valid)
  requireCandidates(where, 'uncertain', features, uncertain)
  return tf.tidy(() => {
    const masks = withoutGradient(() =>
      [1, 0].map((label) => tf.mul(tf.cast(valid, 'float32'), tf.cast(isClass(target, label), 'float32'))),
    )
    const sizes = withoutGradient(() => tf.stack(masks.map((mask) => tf.sum(mask)))).dataSync()
    const [hasForeground, hasBackground] = [sizes[0] !== 0, sizes[1] !== 0]
    const present = masks.filter((_, i) => (i === 0 ? hasForeground : hasBackground))
    if (present.length === 0) return constantOf(0, features)
    const centres = tf.unstack(prototypes(features, present, true)) as Tensor1D[]
    const parts: Scalar[] = []
    if (hasForeground && hasBackground) {
      const [foreground, background] = centres as [Tensor1D, Tensor1D]
      parts.push(tf.sub(2, meanDistance(tf.expandDims<Tensor2D>(foreground, 0), background)))
    }

    // All uncertain voxels at once: each gather costs a gradient as large as the features.
    const voxels = [hasForeground ? uncertain.foreground : [], hasBackground ? uncertain.background : []] as const
    const all = Int32Array.from([...voxels[0], ...voxels[1]])
    if (all.length > 0) {
      const directions = normaliseRows(gatherVoxels(features, all))
      const pull = (from: number, count: number, centre: Tensor1D) => {
        if (count > 0) parts.push(meanDistance(tf.slice(directions, [from, 0], [count, -1]), stopGradient(centre)))
      }
      if (hasForeground) pull(0, voxels[0].length, centres[0]!)
      if (hasBackground) pull(voxels[0].length, voxels[1].length, centres.at(-1)!)
    }
    return parts.length === 0 ? constantOf(0, features) : tf.addN<Scalar>(parts)
  })
}
