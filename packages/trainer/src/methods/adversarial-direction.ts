import { withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'

/** Added to a length before it divides, and to both sides of Dice. */
const SMOOTH = 1e-8

/** How a network is asked in virtual adversarial training; each gives class scores. */
export interface AdversarialPasses {
  /** What shall not change. */
  reference(image: tf.Tensor5D): tf.Tensor5D
  /** Of a shifted volume. */
  shifted(image: tf.Tensor5D): tf.Tensor5D
}

/**
 * Virtual adversarial training: how far a prediction moves when the volume is shifted to where it moves it most.
 *
 * `d = normal(start)`, `d = normal(gradient of Dice(p(x + reach d), p(x)) by d)`, `Dice(p(x + reach d), p(x))`, each sample's d of length 1; Dice over all classes
 * and samples together, with plain sums. The direction and p(x) are constants.
 *
 * Source: Miyato 2018, as in SS-Net (`VAT3d`, one power step).
 *
 * @param start [batch, x, y, z, channels], where the search for the direction begins
 * @param reach length of the shift, in the search and at the end
 * @returns scalar, 0 or more
 */
export function virtualAdversarialLoss(
  image: tf.Tensor5D,
  start: tf.Tensor5D,
  passes: AdversarialPasses,
  reach: number,
): tf.Scalar {
  const reference = withoutGradient(() => tf.softmax(passes.reference(image)))
  const distance = (direction: tf.Tensor5D) =>
    diceOf(tf.softmax(passes.shifted(tf.add(image, tf.mul(direction, reach)))), reference)
  const first = withoutGradient(() => ofLengthOne(start))
  const steepest = onOwnTape(() => tf.tidy(() => tf.grad((d) => distance(d as tf.Tensor5D))(first) as tf.Tensor5D))
  const direction = withoutGradient(() => ofLengthOne(steepest))
  return distance(direction)
}

function ofLengthOne(map: tf.Tensor5D): tf.Tensor5D {
  const length = tf.sqrt(tf.sum(tf.square(map), [1, 2, 3, 4], true))
  return tf.div(map, tf.add(length, SMOOTH))
}

function diceOf(probs: tf.Tensor5D, target: tf.Tensor5D): tf.Scalar {
  const both = tf.sum(tf.mul(probs, target))
  const sums = tf.add(tf.sum(probs), tf.sum(target))
  return tf.sub(1, tf.div(tf.add(tf.mul(both, 2), SMOOTH), tf.add(sums, SMOOTH)))
}

/** A gradient within a gradient whose operations the outer one does not see: tfjs would record both on one tape and keep all that either needs. */
function onOwnTape<T>(compute: () => T): T {
  const { state } = tf.engine()
  const { activeTape, gradientDepth } = state
  state.gradientDepth = 0
  try {
    return compute()
  } finally {
    state.activeTape = activeTape
    state.gradientDepth = gradientDepth
  }
}
