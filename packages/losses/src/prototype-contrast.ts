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

/** Flat voxel indices (row-major over batch, x, y, z), a list a class, the background's first. */
export type Candidates = readonly Int32Array[]

/** Throws DUALSEG_VALUE unless there is a list of voxels of `features` for each of at least two classes. */
export function requireCandidates(where: string, name: string, features: Tensor, candidates: Candidates): void {
  if (!Array.isArray(candidates) || candidates.length < 2) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: ${name} is ${found(candidates)}; expected a list of voxels for each class, as drawCandidates gives them`,
    )
  }
  for (const [label, voxels] of candidates.entries()) requireVoxels(where, `${name}[${label}]`, features, voxels)
}

/**
 * Prototype contrast that draws uncertain voxels to the prototype of their class and pushes the prototypes apart in pairs. With f the L2-normalised features and
 * P_c the mean of f over the valid voxels of class c of C:
 * `2/C Σ_c mean_{i uncertain, c} |f_i - sg P_c| + mean_{c<d} (2 - |P_c - P_d|)`; of two classes `d_1 + d_0 + (2 - |P_1 - P_0|)`.
 * A class without valid or without uncertain voxels adds nothing to the sum; a pair of which one has no prototype counts as 0.
 *
 * Source: LUSEG and DualNet (Eq. 10 and 11) with two classes, and with a bounded separation: the released code adds |P_1 - P_0| instead.
 *
 * @param features [batch, x, y, z, channels], the stage-9 map before its dropout
 * @param target [batch, x, y, z], 0 ... classes - 1, the pseudo label; receives no gradient
 * @param valid [batch, x, y, z], 0 or 1, from `validMask`; receives no gradient
 * @param uncertain voxels outside `valid`, a list a class, from `drawCandidates`
 * @returns scalar, 0 to 6
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for other targets or indices outside the volume
 */
export function prototypeContrast(features: Tensor, target: Tensor, valid: Tensor, uncertain: Candidates): Scalar {
  const where = 'prototypeContrast'
  requireFeatures(where, features)
  requireVoxelShape(where, 'features', features, 'target', target)
  requireSameShape(where, 'target', target, 'valid', valid)
  requireCandidates(where, 'uncertain', features, uncertain)
  const classes = uncertain.length
  requireLabelValues(where, 'target', target, classes)
  requireMaskValues(where, 'valid', valid)
  return tf.tidy(() => {
    // The background last.
    const labels = Array.from({ length: classes }, (_, i) => (i + 1) % classes)
    const masks = withoutGradient(() =>
      labels.map((label) => tf.mul(tf.cast(valid, 'float32'), tf.cast(isClass(target, label), 'float32'))),
    )
    const sizes = withoutGradient(() => tf.stack(masks.map((mask) => tf.sum(mask)))).dataSync()
    const present = labels.flatMap((label, i) => (sizes[i] === 0 ? [] : [{ mask: masks[i]!, voxels: uncertain[label]! }]))
    if (present.length === 0) return constantOf(0, features)
    const ofMasks = present.map(({ mask }) => mask)
    const centres = tf.unstack(prototypes(features, ofMasks, true)) as Tensor1D[]
    const parts: Scalar[] = []
    const add = (part: Scalar, share: number) => parts.push(share === 1 ? part : tf.mul(part, share))
    const pairs = (classes * (classes - 1)) / 2
    for (const [i, first] of centres.entries()) {
      for (const second of centres.slice(i + 1)) {
        add(tf.sub(2, meanDistance(tf.expandDims<Tensor2D>(first, 0), second)), 1 / pairs)
      }
    }

    // All uncertain voxels at once: each gather costs a gradient as large as the features.
    const all = Int32Array.from(present.flatMap(({ voxels }) => [...voxels]))
    if (all.length > 0) {
      const directions = normaliseRows(gatherVoxels(features, all))
      let from = 0
      for (const [i, { voxels }] of present.entries()) {
        if (voxels.length === 0) continue
        const ofClass = tf.slice(directions, [from, 0], [voxels.length, -1])
        add(meanDistance(ofClass, stopGradient(centres[i]!)), 2 / classes)
        from += voxels.length
      }
    }
    return parts.length === 0 ? constantOf(0, features) : tf.addN<Scalar>(parts)
  })
}
