import { conv3d, dualsegError, stopGradient } from '@dualseg/kernels'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor5D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { ownGradient } from './own-gradient'
import { knownMask, requireLabelValues, requireMaskValues, requireSameShape, requireVoxelShape, shapeText } from './requirements'
import { withoutGradient } from './without-gradient'

/** Norms below this count as zero, as in PyTorch's `normalize`. */
const LEAST_NORM = 1e-12

/** Flat voxel indices (row-major over batch, x, y, z) per class. */
export interface Candidates {
  foreground: Int32Array
  background: Int32Array
}

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
  return tf.tidy(() => tf.squeeze<Tensor1D>(prototypes(features, [mask], options.normalise ?? false), [0]))
}

/** [masks, channels]: {@link prototype} of several masks with one pass back over the features, the largest tensor of all losses. */
function prototypes(features: Tensor, masks: Tensor[], normalise: boolean): Tensor2D {
  for (const mask of masks) {
    requireVoxelShape('prototype', 'features', features, 'mask', mask)
    requireMaskValues('prototype', mask)
  }
  if (features.rank !== 5) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `prototype: features ${shapeText(features.shape)} have rank ${features.rank}; expected [batch,x,y,z,channels]`,
    )
  }
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

/**
 * The feature vectors of some voxels.
 *
 * @param features [batch, x, y, z, channels]
 * @param voxels flat indices, row-major over batch, x, y, z
 * @returns [voxels, channels]; the gradient goes back to those voxels and adds up where an index repeats
 * @throws DUALSEG_VALUE for an index outside the volume
 */
export function gatherVoxels(features: Tensor, voxels: Int32Array): Tensor2D {
  const channels = features.shape[features.rank - 1] as number
  const count = features.size / channels
  for (const index of voxels) {
    if (index < 0 || index >= count) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `gatherVoxels: voxel ${index} does not exist; features ${shapeText(features.shape)} hold voxels 0 to ${count - 1}`,
      )
    }
  }
  return ownGradient(
    [features],
    () => tf.gather(tf.reshape(features, [count, channels]), tf.tensor1d(voxels, 'int32')) as Tensor2D,
    (dy) => {
      const places = tf.tensor2d(voxels, [voxels.length, 1], 'int32')
      return [tf.reshape(tf.scatterND(places, dy, [count, channels]), features.shape)]
    },
  )
}

/**
 * Mean Euclidean distance of L2-normalised vectors from an L2-normalised centre: `mean_i | x_i/|x_i| - c/|c| |`. A pair at distance 0 gives
 * no gradient, nor does a zero vector (the reference's would be 1e12 times too large).
 *
 * Source: LUSEG, `loss_fn`.
 *
 * @param rows [n, channels]
 * @param centre [channels]
 * @returns scalar, 0 to 2; NaN for n = 0
 * @throws DUALSEG_SHAPE if the channels differ
 */
export function meanNormalisedDistance(rows: Tensor2D, centre: Tensor1D): Scalar {
  if (rows.shape[1] !== centre.shape[0]) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `meanNormalisedDistance: centre ${shapeText(centre.shape)} does not match rows ${shapeText(rows.shape)}; expected [${rows.shape[1]}]`,
    )
  }
  return tf.tidy(() => {
    const unit = normaliseRows(tf.reshape(centre, [1, centre.size]) as Tensor2D)
    return meanDistance(normaliseRows(rows), tf.reshape(unit, [centre.size]) as Tensor1D)
  })
}

/**
 * Prototype contrast as LUSEG's released code computes it: the distances of the candidates from their class prototype and of the prototypes
 * from each other. The released sum adds all three, which draws the prototypes together, and is evaluated without a gradient.
 *
 * @param features [batch, x, y, z, channels], not normalised
 * @param target [batch, x, y, z], 1 or 0: trusted foreground or background, 2: ignored; receives no gradient
 * @param candidates voxels compared with the prototypes; an empty class gives NaN, as a mean of nothing
 * @returns the three distances, 0 to 2 each
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for other targets or indices outside the volume
 */
export function releasedPrototypeContrast(
  features: Tensor,
  target: Tensor,
  candidates: Candidates,
): { foreground: Scalar; background: Scalar; prototypes: Scalar } {
  const where = 'releasedPrototypeContrast'
  requireVoxelShape(where, 'features', features, 'target', target)
  requireLabelValues(where, target, 3)
  return tf.tidy(() => {
    const masks = withoutGradient(() => ({
      foreground: knownMask(tf.equal(target, 1)),
      background: knownMask(tf.equal(target, 0)),
    }))
    const [foreground, background] = tf.unstack(prototypes(features, [masks.foreground, masks.background], false)) as [
      Tensor1D,
      Tensor1D,
    ]
    const distance = (voxels: Int32Array, centre: Tensor1D) =>
      voxels.length === 0 ? tf.scalar(Number.NaN) : meanNormalisedDistance(gatherVoxels(features, voxels), centre)
    return {
      foreground: distance(candidates.foreground, foreground),
      background: distance(candidates.background, background),
      prototypes: meanNormalisedDistance(tf.reshape(foreground, [1, foreground.size]) as Tensor2D, background),
    }
  })
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
  requireVoxelShape(where, 'features', features, 'target', target)
  requireSameShape(where, 'target', target, 'valid', valid)
  requireLabelValues(where, target, 2)
  requireMaskValues(where, valid)
  return tf.tidy(() => {
    const masks = withoutGradient(() =>
      [1, 0].map((label) => knownMask(tf.mul(tf.cast(valid, 'float32'), tf.cast(tf.equal(target, label), 'float32')))),
    )
    const sizes = withoutGradient(() => tf.stack(masks.map((mask) => tf.sum(mask)))).dataSync()
    const [hasForeground, hasBackground] = [sizes[0] !== 0, sizes[1] !== 0]
    const present = masks.filter((_, i) => (i === 0 ? hasForeground : hasBackground))
    if (present.length === 0) return tf.scalar(0)
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
    return parts.length === 0 ? tf.scalar(0) : tf.addN<Scalar>(parts)
  })
}

/** mean_i |x_i - c|; the gradient of a distance 0 is 0. */
function meanDistance(rows: Tensor2D, centre: Tensor1D): Scalar {
  return ownGradient(
    [rows, centre],
    (save) => {
      const difference = tf.sub(rows, centre)
      const distance = tf.sqrt(tf.sum(tf.square(difference), -1, true))
      save([difference, distance])
      return tf.mean(distance) as Scalar
    },
    (dy, [difference, distance]) => {
      const toRows = tf.mul(tf.divNoNan(difference!, distance!), tf.div(dy, rows.shape[0]))
      return [toRows, tf.neg(tf.sum(toRows, 0))]
    },
  )
}

/** x_i / |x_i|, zero vectors stay zero: d/dx = (g - (g·f) f) / |x|. */
function normaliseRows(rows: Tensor2D): Tensor2D {
  return ownGradient(
    [rows],
    (save) => {
      const inverse = inverseNorms(rows)
      const unit = tf.mul(rows, inverse) as Tensor2D
      save([unit, inverse])
      return unit
    },
    (dy, [unit, inverse]) => [tf.mul(tf.sub(dy, tf.mul(unit!, tf.sum(tf.mul(dy, unit!), -1, true))), inverse!)],
  )
}

/** [n, 1]: 1 / |x_i|, 0 for zero vectors. */
function inverseNorms(rows: Tensor): Tensor {
  const norms = tf.sqrt(tf.sum(tf.square(rows), -1, true))
  return tf.div(tf.cast(tf.greater(norms, LEAST_NORM), 'float32'), tf.maximum(norms, LEAST_NORM))
}
