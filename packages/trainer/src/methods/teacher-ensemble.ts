import { entropyMap, knownLabels, predictedLabels, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'

/** What two teachers say together. */
export interface PseudoLabels {
  /** int32 [batch, x, y, z]. */
  readonly labels: tf.Tensor4D
  /** The probability of that class. */
  readonly confidence: tf.Tensor4D
  /** 1 where the teachers, each for itself, say otherwise. */
  readonly conflict: tf.Tensor4D
}

/** Added inside of the logarithm of the entropy. */
const EPSILON = 1e-10

/**
 * The mean of two teachers, each weighted by its certainty: `p = w p_1 + (1 - w) p_2`, `w = e^-H_1 / (e^-H_1 + e^-H_2)`, H in bits.
 *
 * Source: AD-MT.
 *
 * @param first [batch, x, y, z, classes], after softmax
 * @param second the same shape
 * @returns constants, with the mean itself and w
 */
export function teacherEnsemble(
  first: tf.Tensor5D,
  second: tf.Tensor5D,
): PseudoLabels & { probs: tf.Tensor5D; weight: tf.Tensor4D } {
  const { confidence, conflict, probs, weight } = withoutGradient(() => {
    const sure = (teacher: tf.Tensor5D) => tf.exp(tf.div(entropyMap(teacher, { epsilon: EPSILON }), -Math.LN2)) as tf.Tensor4D
    const [ofFirst, ofSecond] = [sure(first), sure(second)]
    const weight = tf.div<tf.Tensor4D>(ofFirst, tf.add(ofFirst, ofSecond))
    const share = tf.expandDims(weight, -1)
    const probs = tf.add<tf.Tensor5D>(tf.mul(share, first), tf.mul(tf.sub(1, share), second))
    const differ = tf.notEqual<tf.Tensor4D>(predictedLabels(first), predictedLabels(second))
    return { weight, probs, confidence: tf.max<tf.Tensor4D>(probs, -1), conflict: tf.cast(differ, 'float32') }
  })
  return { labels: predictedLabels(probs), confidence, conflict, probs, weight }
}

/**
 * Pseudo labels of which the student's own answer takes the place where the teachers conflict, it differs, and it is surer.
 *
 * Source: AD-MT, `get_compromise_pseudo_btw_tea_stu` with `pixel_confidence`.
 *
 * @param studentLogits [batch, x, y, z, classes]
 * @returns constants
 */
export function compromise(teachers: PseudoLabels, studentLogits: tf.Tensor5D): Omit<PseudoLabels, 'conflict'> {
  const classes = studentLogits.shape[4]
  const own = predictedLabels(studentLogits)
  const { labels, confidence } = withoutGradient(() => {
    const ownConfidence = tf.max<tf.Tensor4D>(tf.softmax(studentLogits), -1)
    const isOther = tf.logicalAnd(tf.cast(teachers.conflict, 'bool'), tf.notEqual(own, teachers.labels))
    const isSurer = tf.logicalAnd(isOther, tf.greater(ownConfidence, teachers.confidence))
    return {
      labels: tf.where(isSurer, own, teachers.labels) as tf.Tensor4D,
      confidence: tf.where(isSurer, ownConfidence, teachers.confidence) as tf.Tensor4D,
    }
  })
  return { labels: knownLabels(labels, classes - 1), confidence }
}
