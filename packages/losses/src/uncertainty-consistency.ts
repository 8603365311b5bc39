import { dualsegError } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { entropyMap } from './entropy'
import { meanSquaredWhere } from './mean-squared'
import { knownMask, requireMaskValues } from './requirements/known-values'
import { requireCount, requireFinite } from './requirements/numbers'
import { requireClasses, requireList, requireSameClasses, requireVoxelShape, shapeText } from './requirements/tensors'
import { withoutGradient } from './without-gradient'

/**
 * Mean softmax of repeated stochastic passes over the same samples: `p̄ = 1/T Σ_t softmax(z_t)`.
 *
 * Source: UA-MT (T = 8, run as four passes of the two volumes stacked twice).
 *
 * @param passes tensors [k * samples, x, y, z, classes]; each holds one or more passes, whole passes one after the other
 * @param samples number of samples of one pass
 * @returns [samples, x, y, z, classes]; a constant
 * @throws DUALSEG_SHAPE if a batch is not a multiple of `samples`, DUALSEG_VALUE if there is no pass
 */
export function meanSoftmax<T extends Tensor = tf.Tensor5D>(passes: readonly Tensor[], samples: number): T {
  const where = 'meanSoftmax'
  requireList(where, 'passes', passes, 'passes', 1)
  requireCount(where, 'samples', samples, 1)
  for (const [i, logits] of passes.entries()) {
    requireClasses(where, `passes[${i}]`, logits)
    if ((logits.shape[0] as number) % samples !== 0) {
      throw dualsegError(
        'DUALSEG_SHAPE',
        `${where}: passes[${i}] ${shapeText(logits.shape)} is not a multiple of ${samples} samples along its first axis`,
      )
    }
    if (!tf.util.arraysEqual(logits.shape.slice(1), passes[0]!.shape.slice(1))) {
      throw dualsegError(
        'DUALSEG_SHAPE',
        `${where}: passes[${i}] ${shapeText(logits.shape)} does not match passes[0] ${shapeText(passes[0]!.shape)}; all axes but the first must be equal`,
      )
    }
  }
  return withoutGradient(() => {
    const parts = passes.flatMap((logits) => {
      const probs = tf.softmax(logits)
      return (logits.shape[0] as number) === samples ? [probs] : tf.split(probs, (logits.shape[0] as number) / samples, 0)
    })
    return tf.div(tf.addN(parts), parts.length) as T
  })
}

/**
 * Voxels that are certain enough to learn from: `1[U < H]`, U the entropy of the mean prediction.
 *
 * Source: UA-MT, with H from `uncertaintyThreshold`.
 *
 * @param probs [batch, x, y, z, classes], the mean over the passes
 * @param threshold H, in nats
 * @returns [batch, x, y, z], float32 0 or 1; a constant
 * @throws DUALSEG_SHAPE without a class axis, DUALSEG_VALUE for a NaN threshold
 */
export function certaintyMask<R extends Tensor = tf.Tensor4D>(probs: Tensor, threshold: number): R {
  requireClasses('certaintyMask', 'probs', probs)
  requireFinite('certaintyMask', 'threshold', threshold)
  return knownMask(withoutGradient(() => tf.cast(tf.less(entropyMap(probs), threshold), 'float32') as R))
}

/**
 * Consistency with the teacher where it is certain: `Σ m |softmax(s) - sg softmax(t)|² / (classes Σ m + 1e-16)`. 0 for an empty mask.
 *
 * Source: Yu et al. 2019 (UA-MT).
 *
 * @param studentLogits [batch, x, y, z, classes]
 * @param teacherLogits the same shape; receives no gradient
 * @param mask [batch, x, y, z], 0 or 1; receives no gradient
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for a mask that is not 0 or 1
 */
export function maskedSoftmaxMse(studentLogits: Tensor, teacherLogits: Tensor, mask: Tensor): Scalar {
  const where = 'maskedSoftmaxMse'
  requireSameClasses(where, 'studentLogits', studentLogits, 'teacherLogits', teacherLogits)
  requireVoxelShape(where, 'studentLogits', studentLogits, 'mask', mask)
  requireMaskValues(where, 'mask', mask)
  return tf.tidy(() => {
    const teacherProbs = withoutGradient(() => tf.softmax(teacherLogits))
    return meanSquaredWhere(tf.softmax(studentLogits), teacherProbs, mask)
  })
}
