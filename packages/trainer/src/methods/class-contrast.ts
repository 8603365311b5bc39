import { stopGradient } from '@dualseg/kernels'
import { gatherVoxels, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'

/** The scores of a class's selector for features [1, n, 1, 1, channels], in training mode: [1, n, 1, 1, 1]. */
export type Selector = (label: number, features: tf.Tensor5D) => tf.Tensor5D

/** Features of each class; a class without is undefined. Each [n, channels], a constant. */
export type ClassMemory = readonly (tf.Tensor2D | undefined)[]

/** Features that a memory holds of a class. */
const KEPT = 32

/**
 * Features that the others of their class shall come near to: all of a class, or the 32 that its selector scores **lowest**, lowest first.
 *
 * Source: SS-Net, `FeatureMemory`, whose comment says highest.
 *
 * @param features [batch, x, y, z, channels], projected
 * @param labels the class of each voxel
 */
export function classMemory(features: tf.Tensor5D, labels: ArrayLike<number>, classes: number, select: Selector): ClassMemory {
  return withoutGradient(
    () =>
      Array.from({ length: classes }, (_, label) => {
        const voxels = voxelsOf(labels, label)
        if (voxels.length === 0) return undefined
        const rows = gatherVoxels(features, voxels)
        if (voxels.length <= KEPT) return rows
        const scores = tf.sigmoid(select(label, asVolume(rows))).dataSync()
        const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b)
        return tf.gather(rows, tf.tensor1d(order.subarray(0, KEPT), 'int32'))
      }) as unknown as tf.TensorContainer,
  ) as ClassMemory
}

/**
 * Distance of the features of every class from the memory of it: `1/C Σ_c mean_r a_r (1 - cos(q_r, m_k))` over all pairs, `a_r = n s_r / Σ s` with the scores s of the
 * class's selector after the sigmoid, which sees the features as constants. A class without memory, or with a single feature on either side, adds nothing.
 *
 * Source: SS-Net, `contrastive_class_to_class_learned_memory`.
 *
 * @param features [batch, x, y, z, channels]
 * @param labels the class of each voxel
 * @returns scalar
 */
export function classContrast(
  features: tf.Tensor5D,
  labels: ArrayLike<number>,
  memory: ClassMemory,
  select: Selector,
): tf.Scalar {
  const parts = memory.flatMap((ofClass, label) => {
    const voxels = voxelsOf(labels, label)
    if (ofClass === undefined || ofClass.shape[0] < 2 || voxels.length < 2) return []
    const rows = gatherVoxels(features, voxels)
    const scores = tf.reshape(tf.sigmoid(select(label, asVolume(stopGradient(rows)))), [voxels.length, 1])
    const shares = tf.div(scores, tf.mean(scores))
    // The mean over a memory of distances from unit vectors is the distance from their mean.
    const centre = withoutGradient(() => tf.mean(ofUnitLength(ofClass), 0, true))
    const distances = tf.sub(1, tf.matMul(ofUnitLength(rows), centre, false, true))
    return [tf.mean<tf.Scalar>(tf.mul(shares, distances))]
  })
  // Nothing to come near to: what was computed is taught zeros.
  if (parts.length === 0) return tf.mul(tf.mean(features), 0)
  return tf.div(tf.addN(parts), memory.length)
}

function voxelsOf(labels: ArrayLike<number>, label: number): Int32Array {
  const voxels: number[] = []
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) voxels.push(i)
  return Int32Array.from(voxels)
}

function asVolume(rows: tf.Tensor2D): tf.Tensor5D {
  return tf.reshape(rows, [1, rows.shape[0], 1, 1, rows.shape[1]])
}

function ofUnitLength(rows: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(rows), 1, true)
  return tf.div(rows, tf.sqrt(tf.maximum(squares, 1e-24)))
}
